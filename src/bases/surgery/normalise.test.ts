import { expect, it } from 'vitest';
import { graphOf, input, modelOf, node } from '../../../test/support/graph.js';
import { runOnnx } from '../../../test/support/ort.js';
import { float32, type Tensor, toNumbers } from '../../core/index.js';
import { normalised } from './normalise.js';

it('divides each row by its length, and leaves zeros', async () => {
  const x = float32([3, 2], [3, -4, 0, 0, 1e-3, 0]);
  const graph = graphOf({
    nodes: [node('Identity', ['x'], ['y'])],
    inputs: [input('x', { type: 'float32', dims: ['N', 2] as never })],
    outputs: ['y'],
  });
  const { graph: unit, output } = normalised({ graph, output: 'y', width: 2 });
  const results = await runOnnx({ ...modelOf({ nodes: [], outputs: [] }), graph: unit }, { x });
  // 3/5 and 4/5 in single precision.
  expect(toNumbers(results[output] as Tensor).map((value) => Number(value.toFixed(6)))).toEqual([0.6, -0.8, 0, 0, 1, 0]);
  expect(unit.outputs[0]?.type).toEqual({ kind: 'tensor', type: 'float32', dims: [null, 2] });
});
