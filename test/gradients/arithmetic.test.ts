import { describe } from 'vitest';
import { float, gradient } from './harness.js';

describe('arithmetic', () => {
  gradient({ op: 'Mul', inputs: [float([2, 3]), float([3])] });
  gradient({ op: 'Relu', inputs: [float([2, 3])] });
  gradient({ op: 'Sigmoid', inputs: [float([2, 0])] });
  gradient({ op: 'MatMul', inputs: [float([2, 4, 3]), float([3, 5])] });
});
