import type { InferenceSession } from 'onnxruntime-common';

/**
 * Settings that were measured best for training steps: memory patterns cost memory and save no time; spinning threads hurt on a
 * shared machine; the levels above `extended` only re-order layouts that training graphs have already chosen. Programs that hold their weights
 * gain from them: the features of MobileNetV2 take half the time.
 */
export function sessionOptions(threads: number | undefined): InferenceSession.SessionOptions {
  return {
    graphOptimizationLevel: 'extended',
    executionMode: 'sequential',
    enableMemPattern: false,
    enableCpuMemArena: true,
    logSeverityLevel: 3,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    // Without the second, ONNX Runtime 1.30 rewrites signed 8-bit graphs of opset 21 into ones it refuses (microsoft/onnxruntime#25526).
    extra: { session: { intra_op: { allow_spinning: '0' }, qdqisint8allowed: '1' } },
  };
}
