import { huggingfaceImporter } from './huggingface/importer.js';
import { kerasImporter } from './keras/importer.js';
import { onnxImporter } from './onnx/importer.js';
import { tensorflowImporter } from './tensorflow/importer.js';
import { tfjsImporter } from './tfjs/importer.js';
import { torchImporter } from './torch/importer.js';
import type { Importer } from './types.js';

/** Every format Regraft imports; one row adds an ecosystem. */
export const importers: readonly Importer[] = [onnxImporter, tfjsImporter, kerasImporter, tensorflowImporter, huggingfaceImporter, torchImporter];
