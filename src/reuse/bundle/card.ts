import { stringify } from 'yaml';
import type { BundleInfo } from './info.js';

/** The model card: Hugging Face front matter and text, all of it from measured or recorded facts. */
export function modelCard(info: Omit<BundleInfo, 'files'>): string {
  return `---\n${stringify(frontMatter(info))}---\n\n${[heading(info), use(info), results(info), provenance(info)].join('\n\n')}\n`;
}

function frontMatter({ task, base, metrics }: Omit<BundleInfo, 'files'>): object {
  const results = Object.entries(metrics).flatMap(([split, values]) =>
    Object.entries(values).map(([type, { value }]) => ({ type, value: Number(value.toPrecision(4)), name: `${type} (${split})` })),
  );
  return {
    library_name: 'onnx',
    tags: ['regraft', 'transfer-learning', 'onnx'],
    ...(task === 'image-classification' ? { pipeline_tag: task } : {}),
    base_model: base.uri,
    ...(base.licence ? { license: base.licence.toLowerCase() } : {}),
    ...(results.length > 0 ? { 'model-index': [{ name: 'regraft', results: [{ task: { type: task }, metrics: results }] }] } : {}),
  };
}

function heading({ task, labels, base, recipe }: Omit<BundleInfo, 'files'>): string {
  const shown = labels.slice(0, 20).join(', ') + (labels.length > 20 ? `, … (${labels.length} in all)` : '');
  return `# ${task} on ${base.uri}\n\nFine-tuned by the recipe \`${recipe}\`. Outputs: ${shown}.`;
}

function use({ inputs, outputs, activation }: Omit<BundleInfo, 'files'>): string {
  const line = ({ name, type, dims }: BundleInfo['inputs'][number]): string => `- \`${name}\`: ${type} [${dims.map((dim) => dim ?? '?').join(', ')}]`;
  const meaning = { logits: 'logits: apply a softmax for probabilities', probabilities: 'probabilities', values: 'values' }[activation];
  return `## Use\n\n\`model.onnx\` opens with any ONNX Runtime. \`bundle.json\` holds the preprocessing steps and the labels.\n\nInputs:\n\n${inputs.map(line).join('\n')}\n\nOutputs (${meaning}):\n\n${outputs.map(line).join('\n')}`;
}

function results({ metrics }: Omit<BundleInfo, 'files'>): string {
  const rows = Object.entries(metrics).flatMap(([split, values]) =>
    Object.entries(values).map(
      ([name, { value, interval }]) => `| ${split} | ${name} | ${value.toPrecision(4)} | ${interval.map((end) => end.toPrecision(4)).join(' – ')} |`,
    ),
  );
  if (rows.length === 0) return '## Results\n\nNot evaluated: there was neither validation nor test data.';
  return `## Results\n\n| data | metric | value | 95% interval |\n|---|---|---|---|\n${rows.join('\n')}`;
}

function provenance({ base, data, versions, created }: Omit<BundleInfo, 'files'>): string {
  const tools = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '## Provenance',
    `- Base: ${base.uri}, sha256 \`${base.sha256}\`, licence ${base.licence ?? 'not stated'}`,
    `- Training data: ${data.samples} samples, sha256 \`${data.sha256}\``,
    `- Made ${created} with ${tools.join(', ')}`,
  ].join('\n\n');
}
