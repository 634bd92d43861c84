import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type DataType, fromNumbers, Random, sizeOf, type Tensor } from '../../../src/core/index.js';
import { type AttributeValue, attributes, type Model, type Node, type ValueInfo, writeModel } from '../../../src/engine/graph/index.js';
import type { Sample } from './sample.js';

interface Input {
  readonly name: string;
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly values?: readonly number[];
}

interface OpCase {
  readonly name: string;
  readonly op: string;
  readonly opset: number;
  readonly attrs: Readonly<Record<string, AttributeValue>>;
  readonly inputs: readonly (Input | null)[];
  readonly outputs: readonly (object | null)[];
}

const FILE = new URL('../../../test/golden/ops.json.gz', import.meta.url);

/** Ops of shape arithmetic, which the golden file has none of as they have no gradient; on constants they are computed while reading. */
const FOLDED: readonly OpCase[] = [
  folded('Reshape', {}, [4], [2, 3]),
  folded('Expand', {}, [4], [2, 4]),
  folded('Tile', {}, [4], [3]),
  folded('Range', {}, [], [], []),
  folded('ConstantOfShape', {}, [2]),
  folded('OneHot', { axis: -1 }, [4], [], [2]),
  folded('Concat', { axis: 0 }, [4], [2]),
  folded('Split', { axis: 0, num_outputs: 2 }, [4]),
  folded('Slice', {}, [4], [1], [1], [1], [1]),
  folded('Gather', { axis: 0 }, [4], [2]),
  folded('GatherND', { batch_dims: 0 }, [4], [1, 1]),
  folded('Where', {}, [4], [4], [4]),
  folded('Unsqueeze', {}, [4], [1]),
  folded('Squeeze', {}, [4, 1], [1]),
  folded('Transpose', { perm: [1, 0] }, [4, 2]),
  folded('Compress', { axis: 0 }, [4], [4]),
  folded('EyeLike', { k: 1 }, [2, 3]),
  folded('CenterCropPad', { axes: [0] }, [4], [1]),
  folded('BitShift', { direction: 'LEFT' }, [4], [4]),
  folded('SpaceToDepth', { blocksize: 2 }, [1, 1, 4, 4]),
  folded('DepthToSpace', { blocksize: 2 }, [1, 4, 2, 2]),
  folded('MatMul', {}, [2, 3], [3, 2]),
  folded('Cast', { to: 1 }, [4]),
  folded('ArgMax', { axis: 0 }, [4]),
  folded('NonZero', {}, [4]),
];

/** A case with int64 inputs of small numbers. */
function folded(op: string, attrs: OpCase['attrs'], ...shapes: readonly (readonly number[])[]): OpCase {
  const inputs = shapes.map(
    (dims, i): Input => ({ name: `x${i}`, type: 'int64', dims, values: Array.from({ length: sizeOf(dims) }, (_, k) => (i + k) % 4) }),
  );
  return { name: `${op}-folded`, op, opset: 18, attrs, inputs, outputs: op === 'Split' ? [{}, {}] : [{}] };
}

/** Models of one op: its inputs are the model's, and again Constant nodes, so that the op is computed while reading. */
export function opSamples(): readonly Sample[] {
  const { cases } = JSON.parse(gunzipSync(readFileSync(FILE)).toString()) as { readonly cases: readonly OpCase[] };
  return [...FOLDED, ...cases].flatMap((entry) =>
    [false, true].map((isConstant) => ({ name: entry.name, files: { 'model.onnx': writeModel(modelOf(entry, isConstant)) } })),
  );
}

function modelOf({ op, opset, attrs, inputs, outputs }: OpCase, isConstant: boolean): Model {
  const given = inputs.filter((input) => input !== null);
  const names = outputs.map((output, index) => (output === null ? '' : `y${index}`));
  const node: Node = {
    name: 'node',
    op,
    domain: '',
    inputs: inputs.map((input) => input?.name ?? ''),
    outputs: names,
    attributes: attributes(attrs),
  };
  const isStored = (input: Input): boolean => input.values !== undefined && !isConstant;
  const inputInfo = ({ name, type, dims }: Input): ValueInfo => ({ name, type: { kind: 'tensor', type, dims } });
  const outputInfo = (name: string): ValueInfo => ({ name, type: { kind: 'tensor', type: 'unknown', dims: undefined } });
  return {
    irVersion: 10,
    producer: { name: '', version: '' },
    opsets: new Map([['', opset]]),
    metadata: new Map(),
    functions: [],
    graph: {
      name: 'op',
      nodes: [...(isConstant ? given.map(constantOf) : []), node],
      inputs: isConstant ? [] : given.filter((input) => !isStored(input)).map(inputInfo),
      outputs: names.filter((name) => name !== '').map(outputInfo),
      initializers: new Map(given.filter(isStored).map((input) => [input.name, tensorOf(input)])),
      valueInfo: new Map(),
    },
  };
}

function constantOf(input: Input): Node {
  return { name: input.name, op: 'Constant', domain: '', inputs: [], outputs: [input.name], attributes: attributes({ value: tensorOf(input) }) };
}

function tensorOf({ name, type, dims, values }: Input): Tensor {
  const random = new Random(7, name);
  return fromNumbers(type, dims, values ?? Array.from({ length: sizeOf(dims) }, () => random.uniform(-1, 1)));
}
