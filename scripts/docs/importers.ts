import { families } from '../../src/bases/importers/huggingface/families/index.js';
import { applications } from '../../src/bases/importers/keras/applications/table.js';
import { layerTypes } from '../../src/bases/importers/keras-layers/index.js';
import { fusedExpansions } from '../../src/bases/importers/onnx/fused/table.js';
import { importers } from '../../src/bases/importers/table.js';
import { opConverters } from '../../src/bases/importers/tensorflow/index.js';
import { architectures } from '../../src/bases/importers/torch/architectures/index.js';

/** docs/importers.md, from the tables of the importers. */
export function importersPage(): string {
  return `# What can be imported

A model of any of these formats becomes one graph of standard ONNX operators, which is trained and exported like every other. This page is
generated from the tables of the importers by \`npm run docs\`.

${importers.map(({ name, formats }) => `- \`${name}\`: ${formats}`).join('\n')}

${sections.join('\n')}`;
}

/** One section an ecosystem. */
const sections: readonly string[] = [
  section(
    'ONNX',
    `The standard operators are those of [ops.md](ops.md), which says of each whether training can go through it. Older opsets are brought up to date, half
precision is widened, quantised weights become float32. These ${Object.keys(fusedExpansions).length} operators of ONNX Runtime are written out as standard ones:`,
    Object.keys(fusedExpansions),
  ),
  section(
    'Networks of torchvision',
    `Bare weights (a state dict in safetensors or a file of torch.save) load into these ${Object.keys(architectures).length} networks, with their classifier or without, at any
width that the design allows. Published files are known by their names; of others \`architecture\` names the network. Each is compared with torchvision.`,
    Object.keys(architectures),
  ),
  section(
    'Models of transformers',
    `A folder or repository with \`config.json\` and weights (safetensors or torch.save, in shards or whole) is built by its \`model_type\`; \`architecture\` names another class of
the same type, whose head begins anew where the file has none. Trained models are written back with \`regraft export --format transformers\`. Each class is compared
with transformers. A model of another type is imported as ONNX, which \`optimum-cli export onnx\` writes.

Where a folder has the same weights in several formats, as a clone of a repository does, its \`config.json\` is the model; a file that is named is that file. Most
pretrained models were saved from a class that predicts tokens, and a new head would be put behind its layers: for a head on the encoder itself, name the class without
one (\`architecture: BertModel\`). An early file that names no type is built by the class.

${families
  .map(
    ({ type, classes }) =>
      `- \`${type}\`: ${Object.keys(classes)
        .map((name) => `\`${name}\``)
        .join(', ')}`,
  )
  .join('\n')}`,
  ),
  section(
    'Keras applications',
    `Files of weights alone load into these ${Object.keys(applications).length} architectures, with their classifier or without, at any width and number of classes:`,
    Object.keys(applications),
  ),
  section('Keras layers', `${layerTypes.length} classes of layers, in files of Keras and in layers models of TensorFlow.js:`, layerTypes),
  section(
    'TensorFlow operators',
    `${Object.keys(opConverters).length} operators, in SavedModels, frozen graphs, checkpoints with their graph, and graph models of TensorFlow.js. Conditionals become
\`If\`; loops are written out step by step, so the number of their steps must follow from the model. Variables and calls of functions are resolved.
Each operator is compared with TensorFlow in the tests.`,
    Object.keys(opConverters),
  ),
];

function section(title: string, text: string, names: readonly string[] = []): string {
  const list =
    names.length === 0
      ? ''
      : `\n${names
          .toSorted()
          .map((name) => `\`${name}\``)
          .join(', ')}\n`;
  return `## ${title}\n\n${text}\n${list}`;
}
