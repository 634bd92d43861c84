import type { Dataset, TextContent } from '../../learning/data/index.js';

/** What data may be for. */
export type DataTask =
  | 'image-classification'
  | 'semantic-segmentation'
  | 'tensor-classification'
  | 'tensor-regression'
  | 'text-classification'
  | 'text-pair'
  | 'token-classification'
  | 'question-answering'
  | 'sentence-embedding'
  | 'masked-language-modelling'
  | 'causal-language-modelling';

/** Samples that are read to see what a data set holds; one that cannot be read tells nothing. */
const LOOKED_AT = 100;

/** The task that fits the content and the labels of a data set; undefined when none does. */
export async function taskOfData(dataset: Dataset): Promise<DataTask | undefined> {
  const { kind, target } = dataset;
  if (kind === 'text') return taskOfText(dataset, await firstText(dataset));
  if (target.kind === 'masks') return 'semantic-segmentation';
  if (target.kind === 'classes') return kind === 'image' ? 'image-classification' : 'tensor-classification';
  return kind === 'tensors' && target.kind === 'values' ? 'tensor-regression' : undefined;
}

/** @param text one of the texts, where any can be read */
function taskOfText({ target }: Dataset, text: TextContent | undefined): DataTask | undefined {
  const isPair = text?.pair !== undefined;
  switch (target.kind) {
    case 'classes':
      return isPair ? 'text-pair' : 'text-classification';
    case 'labels':
      return 'text-classification';
    case 'masks':
      return undefined;
    case 'values':
      return isPair ? 'text-pair' : undefined;
    case 'tags':
      return 'token-classification';
    case 'answers':
      return 'question-answering';
    case 'none':
      // Texts that mean the same come with one that does not; other pairs are a beginning and how it goes on.
      if (text?.negative !== undefined) return 'sentence-embedding';
      return isPair ? 'causal-language-modelling' : 'masked-language-modelling';
  }
}

async function firstText(dataset: Dataset): Promise<TextContent | undefined> {
  for (let index = 0; index < Math.min(dataset.size, LOOKED_AT); index++) {
    const content = await dataset.load(index).catch(() => undefined);
    if (content?.kind === 'text') return content;
  }
  return undefined;
}
