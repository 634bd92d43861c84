import { subset } from '../../../learning/data/index.js';
import type { Curve, Fact, ReportData, ResultTable, Verdict } from '../../report/index.js';
import { confusionOf, examplesOf } from '../run-report.node.js';
import type { DemoData, DemoSplit } from './data.node.js';
import { vendors } from './emoji/vendors.js';
import type { MethodName } from './methods.js';
import type { DemoSummary } from './summary.js';
import type { MethodRun, Training } from './trial.js';

/** What the first seed leaves for the report. */
export interface FirstSeed {
  readonly split: DemoSplit;
  readonly runs: ReadonlyMap<MethodName, MethodRun>;
  /** Fine-tuning's. */
  readonly training: Training;
}

/** Everything the demo's report shows. */
export async function reportOf(
  summary: DemoSummary,
  tables: readonly ResultTable[],
  verdict: Verdict,
  data: DemoData,
  { split, runs, training }: FirstSeed,
): Promise<ReportData> {
  return {
    title: 'Nine categories of emoji',
    subtitle: `What a base model is worth with ${summary.data.labelledPerClass} labelled images a class`,
    date: summary.date,
    verdict,
    facts: factsOf(summary),
    results: tables,
    curves: [fewerLabels(summary), losses(runs)],
    confusion: confusionOf(training.scored, data.names),
    examples: await examplesOf(subset(data.own, split.heldOut), training.scored, data.names),
    notes: notesOf(summary),
  };
}

function factsOf({ base, data, seeds, machine, versions, seconds, commit }: DemoSummary): Fact[] {
  const [own, foreign] = [vendors[data.own as keyof typeof vendors], vendors[data.foreign as keyof typeof vendors]];
  return [
    { label: 'Base', value: base },
    { label: 'Trained on', value: `${own.images} (${own.licence})` },
    { label: 'Domain shift', value: `${foreign.images} (${foreign.licence})` },
    { label: 'Seeds', value: seeds.join(', ') },
    { label: 'Machine', value: `${machine['cpu']}, ${machine['cores']} cores` },
    { label: 'Time', value: `${Math.round(seconds)} s in all` },
    {
      label: 'Versions',
      value: Object.entries({ ...versions, ...(commit && { commit }) })
        .map((entry) => entry.join(' '))
        .join(', '),
    },
  ];
}

function fewerLabels({ fewerLabels: points }: DemoSummary): Curve {
  const names = [...new Set(points.map(({ method }) => method))];
  const series = names.map((name) => ({
    name,
    points: points.filter(({ method }) => method === name).map(({ perOutput, accuracy }) => [perOutput, accuracy] as const),
  }));
  return { title: 'Held-out accuracy by number of labels, first seed', x: 'labelled images a class', y: 'accuracy', series };
}

function losses(runs: FirstSeed['runs']): Curve {
  const series = [...runs].flatMap(([name, { training }]) => (training ? [{ name, points: training.losses }] : []));
  return { title: 'Training loss, first seed', x: 'step', y: 'loss', series };
}

function notesOf({ scratchRate, prediction }: DemoSummary): string[] {
  const tried = scratchRate.tried.map(({ rate, loss }) => `${rate}: ${loss.toFixed(2)}`).join(', ');
  return [
    'All drawings of one glyph, gendered variants included, lie on one side of a split. Glyphs that were trained on are left out of the other vendor’s drawings, too.',
    'The confusion matrix and the examples are of fine-tuning on the first seed.',
    'How to fine-tune was chosen on the drawings of a third vendor (Google), which are neither trained nor tested on here.',
    `Training from scratch had as much wall time as fine-tuning. Its learning rate, ${scratchRate.rate}, had the least loss on a fifth of the labelled images of the first seed (${tried}); choosing took ${Math.round(scratchRate.seconds)} s beyond its own time.`,
    'The time of a probe is that of fitting it; the frozen features are computed once for all images, all methods and all seeds.',
    'The base was trained for content moderation after ImageNet: its last layer transfers badly, its middle layers well.',
    `A program that imports nothing of Regraft opened the bundle with onnxruntime-node and took ${prediction.image} (${prediction.truth}) for ${prediction.label}, ${Math.round(100 * prediction.probability)}% sure; its probabilities differ from Regraft’s by ${prediction.difference.toExponential(0)} at most. Regraft prepared the image’s numbers, by the steps in bundle.json.`,
  ];
}
