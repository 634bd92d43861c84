import type { CachePart } from '../../bases/surgery/index.js';
import { attributes, MODERN_OPSET, type Model, type ValueInfo } from '../../engine/graph/index.js';

/** The name of the output that replaces a part's past. */
export function mergedName({ past }: CachePart): string {
  return `${past}/merged`;
}

/** A graph that puts the recent part of each cache behind its past. */
export function mergeGraph(parts: readonly CachePart[]): Model {
  const info = (name: string, { heads, width }: CachePart): ValueInfo => ({
    name,
    type: { kind: 'tensor', type: 'float32', dims: [null, heads, null, width] },
  });
  return {
    irVersion: 10,
    producer: { name: 'regraft', version: '' },
    opsets: new Map([['', MODERN_OPSET]]),
    metadata: new Map(),
    functions: [],
    graph: {
      name: 'merge',
      nodes: parts.map((part) => ({
        name: mergedName(part),
        op: 'Concat',
        domain: '',
        inputs: [part.past, part.recent],
        outputs: [mergedName(part)],
        attributes: attributes({ axis: 2 }),
      })),
      inputs: parts.flatMap((part) => [info(part.past, part), info(part.recent, part)]),
      outputs: parts.map((part) => info(mergedName(part), part)),
      initializers: new Map(),
      valueInfo: new Map(),
    },
  };
}
