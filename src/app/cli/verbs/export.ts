import type { ExportRequest, ExportResult } from '../../workflow/index.node.js';
import { defineVerb, type VerbInput } from '../verb.js';

const forms = ['bundle', 'zip', 'onnx', 'transformers'] as const satisfies readonly ExportResult['form'][];

/** `regraft export RUN|BUNDLE --out PATH` */
export const exportVerb = defineVerb<ExportResult>({
  syntax: 'export <target>',
  summary: 'Write a trained model as a bundle folder, one .zip, the bare ONNX file, or a folder that transformers loads.',
  example: 'regraft export runs/first --out flowers.zip',
  options: [
    { flags: '--out <path>', description: 'where to write' },
    {
      flags: '--format <format>',
      description: 'bundle, zip, onnx or transformers (config.json and model.safetensors); default: as the name of --out says',
    },
  ],
  run: async (input) => {
    const { exportBundle } = await import('../../workflow/index.node.js');
    return exportBundle({ target: input.argument(0, 'target'), out: input.required('out'), ...formOption(input) });
  },
  format: ({ from, out, form }) => `Wrote ${out} (${form}) from ${from}.\n${after[form](out)}`,
});

const predictWith = (out: string): string => `Next: regraft predict ${out} INPUT`;

/** What to know of each form. */
const after: Readonly<Record<ExportResult['form'], (out: string) => string>> = {
  bundle: predictWith,
  zip: predictWith,
  onnx: () => 'Preprocessing and labels are not in it; a bundle or .zip has them.',
  transformers: (out) => `In Python: AutoModel.from_pretrained("${out}") with the AutoModel of its task.`,
};

function formOption(input: VerbInput): Pick<ExportRequest, 'form'> {
  const form = input.choice('format', forms);
  return form === undefined ? {} : { form };
}
