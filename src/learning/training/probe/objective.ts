import type { DataType, Tensor } from '../../../core/index.js';
import { differentiate } from '../../../engine/autodiff/index.js';
import { GraphBuilder, MODERN_OPSET } from '../../../engine/graph/index.js';
import type { Device } from '../../../engine/runtime/index.js';
import type { Loss } from '../../tasks/index.js';
import type { Objective } from './lbfgs.js';

const FEATURES = 'probe.features';
const TARGET = 'probe.target';

/** A regularised linear model on fixed features, compiled once for all folds and strengths. */
export interface ProbeProblem {
  /** Mean loss over the masked samples plus `strength`/2 · ‖W‖², at a point that holds W `[outputs, width]` and then the bias. */
  objective(mask: Tensor, strength: number): Objective;
  /** The loss alone, without the regulariser. */
  loss(point: Float64Array, mask: Tensor): Promise<number>;
  close(): Promise<void>;
}

export interface ProbeData {
  /** `[N, width]`, standardised. */
  readonly features: Tensor;
  /** Class indices `[N]`, or values `[N, outputs]`. */
  readonly target: Tensor;
  readonly targetType: DataType;
  readonly outputs: number;
}

export async function openProblem(device: Device, loss: Loss, { features, target, targetType, outputs }: ProbeData): Promise<ProbeProblem> {
  const [rows = 0, width = 0] = features.dims;
  const b = new GraphBuilder(MODERN_OPSET);
  const x = b.input(FEATURES, 'float32', [rows, width]);
  const w = b.input('weight', 'float32', [outputs, width]);
  const bias = b.input('bias', 'float32', [outputs]);
  const y = b.input(TARGET, targetType, target.dims);
  const mask = b.input('mask', 'float32', [rows]);
  const strength = b.input('strength', 'float32', []);
  const output = b.op('Gemm', [x, w, bias], { transB: 1 });
  const data = loss.build(b, { output, target: y, mask });
  const penalty = b.mul(b.mul(strength, 0.5), b.op('ReduceSumSquare', [w], { keepdims: 0 }));
  const total = b.add(data, penalty);
  const gradients = differentiate(b, total, ['weight', 'bias']);
  const named = { total, data, weight: gradients.get('weight'), bias: gradients.get('bias') };
  const results = Object.values(named).flatMap((value) => (value === undefined ? [] : [value]));
  const program = await device.compile(b.model(results), { resident: [FEATURES, TARGET] });
  await device.put({ [FEATURES]: features, [TARGET]: target });
  const size = outputs * width;
  const run = async (point: Float64Array, selected: Tensor, lambda: number): Promise<readonly Tensor[]> => {
    const results_ = await program.run({
      weight: { type: 'float32', dims: [outputs, width], data: new Float32Array(point.subarray(0, size)) },
      bias: { type: 'float32', dims: [outputs], data: new Float32Array(point.subarray(size)) },
      mask: selected,
      strength: { type: 'float32', dims: [], data: Float32Array.of(lambda) },
    });
    return results.map(({ name }) => results_[name] as Tensor);
  };
  return {
    objective: (selected, lambda) => async (point) => {
      const [value, , dw, db] = await run(point, selected, lambda);
      const gradient = new Float64Array(point.length);
      gradient.set((dw as Tensor).data as Float32Array);
      gradient.set((db as Tensor).data as Float32Array, size);
      return { value: Number((value as Tensor).data[0]), gradient };
    },
    loss: async (point, selected) => Number((await run(point, selected, 0))[1]?.data[0]),
    close: async () => {
      await program.release();
      await device.drop([FEATURES, TARGET]);
    },
  };
}
