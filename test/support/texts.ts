import type { Dataset, Label, Target, TextContent } from '../../src/learning/data/index.js';

/** Texts in memory as a data set. */
export function textData(samples: readonly { readonly content: Omit<TextContent, 'kind'>; readonly label?: Label }[], target: Target): Dataset {
  return {
    name: 'texts',
    kind: 'text',
    size: samples.length,
    target,
    sample: (index) => ({ id: String(index), label: samples[index]?.label, location: `texts, line ${index + 1}` }),
    load: async (index) => ({ kind: 'text', ...(samples[index] as (typeof samples)[number]).content }),
    bytes: async (index) => new TextEncoder().encode(JSON.stringify(samples[index])) as Uint8Array<ArrayBuffer>,
    close: async () => {},
  };
}
