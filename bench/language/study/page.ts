import { findings } from '../../study/findings.js';
import { type Heading, studyTables } from '../../study/tables.js';
import type { LanguageResult } from './result.js';

/** docs/language.md from the committed results. */
export function languagePage(result: LanguageResult): string {
  const { base, batch, threads, validationDraw, seeds, machine, node } = result;
  return `# Transfer on text

Written by \`npm run proof:language\` from \`bench/results/language.jsonl\`, which has a line for each training. What is reused is
\`${base}\`, an English sentence encoder (two transformer layers, 6,968,064 parameters).

${findings(result)}
## How it was measured

- ${seeds.length} seeds: each draws its own training and test set and seeds the training. Figures are the mean accuracy and its 95% interval by Student's t over
  the seeds; differences are taken seed by seed. Test sets have 1,000 texts or more and are the same for all methods and sizes of a seed.
- *topics*: what WordNet 3.1 says of a noun, and which of 24 topics the noun belongs to; two topics with fewer than 150 texts are left out, 50 texts of each
  topic are tested. *spam*: letters of the SpamAssassin corpus without their headers, cut at 48 tokens for the encoder (TF-IDF reads all of them), one of each
  group of near-duplicates, half of them spam. *brown*: words of the Brown corpus with the twelve universal tags; the share of right words.
- All methods that train by steps take the same steps of ${batch} texts with AdamW, whose rate warms up over a tenth of them and falls as a cosine. Rates were chosen on a draw
  of its own (${validationDraw}, 20 labels a class or 200 sentences; the last table) and kept for all sizes.
- Time is the processor time of one training with ${threads} thread of ONNX Runtime, from opening the base to the written bundle, the mean over the seeds, on a machine
  that did other work, too. TF-IDF chooses its strength by cross-validation, which is in its time.

${Object.entries(TITLES)
  .map(([study, heading]) => studyTables(result, study, heading))
  .join('\n')}
${machine.cores} cores of ${machine.cpu}, Node ${node}.
`;
}

const TEXTS = { score: 'accuracy', size: 'labels' };

const TITLES: Readonly<Record<string, Heading>> = {
  'few labels': { title: 'Few labels', ...TEXTS },
  adaptation: { title: 'Adapting the encoder without labels first', ...TEXTS },
  tagging: { title: 'Parts of speech', score: 'right words', size: 'sentences' },
  rates: { title: 'Learning rates on the validation draw', ...TEXTS },
};
