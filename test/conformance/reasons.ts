/** Why stock ONNX Runtime does not reproduce the stored outputs of a case: the first row whose pattern is in its message. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/is not a registered function\/op/, 'training operator, not in ONNX Runtime'],
  [/Could not find an implementation for|NOT_IMPLEMENTED/, 'no CPU kernel in ONNX Runtime'],
  [/layout_ == 0 was false/, 'no batch-first kernel in ONNX Runtime'],
  [/Unsupported data type: 16/, 'onnxruntime-node has no bfloat16 tensors'],
  [/Locale/, 'needs a locale this machine does not have'],
];

const RANDOM = /bernoulli|training_dropout/;

export const NOT_TENSORS = 'onnxruntime-node takes and gives no sequences or optional values';
const RANDOM_OP = 'random operator: its stored result cannot be repeated';
export const OTHER_RESULT = "ONNX Runtime's own result differs from the stored one";

export function reasonFor(name: string, message: string, isMismatch: boolean): string {
  if (isMismatch) return RANDOM.test(name) ? RANDOM_OP : OTHER_RESULT;
  return REASONS.find(([pattern]) => pattern.test(message))?.[1] ?? `ONNX Runtime: ${message.slice(0, 120)}`;
}
