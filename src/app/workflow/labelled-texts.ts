import type { Dataset, TextContent } from '../../learning/data/index.js';

/** Texts of a data set and the class of each. */
export interface LabelledTexts {
  readonly texts: string[];
  readonly labels: number[];
}

/**
 * Texts and their classes; what cannot be read is left out, as it was in training.
 * @returns undefined where there are more than `most` characters
 */
export async function labelledTexts(dataset: Dataset, most = Number.POSITIVE_INFINITY): Promise<LabelledTexts | undefined> {
  const found: LabelledTexts = { texts: [], labels: [] };
  let characters = 0;
  for (let index = 0; index < dataset.size; index++) {
    const content = await dataset.load(index).catch(() => undefined);
    const { label } = dataset.sample(index);
    if (content?.kind !== 'text' || typeof label !== 'number') continue;
    const text = wordsOf(content);
    characters += text.length;
    if (characters > most) return undefined;
    found.texts.push(text);
    found.labels.push(label);
  }
  return found;
}

function wordsOf({ text, pair }: TextContent): string {
  return pair === undefined ? text : `${text}\n${pair}`;
}
