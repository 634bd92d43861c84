import { fail } from '../../../core/index.js';
import type { ExportRequest, ExportResult } from '../../workflow/index.node.js';
import { defineVerb, type VerbInput } from '../verb.js';

const forms = ['bundle', 'zip', 'onnx'] as const satisfies readonly ExportResult['form'][];

/** `regraft export RUN|BUNDLE --out PATH` */
export const exportVerb = defineVerb<ExportResult>({
  syntax: 'export <target>',
  summary: 'Write a trained model as a bundle folder, one .zip, or the bare ONNX file.',
  example: 'regraft export runs/first --out flowers.zip',
  options: [
    { flags: '--out <path>', description: 'where to write' },
    { flags: '--format <format>', description: 'bundle, zip or onnx; default: as the name of --out says' },
  ],
  run: async (input) => {
    const { exportBundle } = await import('../../workflow/index.node.js');
    return exportBundle({ target: input.argument(0, 'target'), out: input.required('out'), ...formOption(input) });
  },
  format: ({ from, out, form }) =>
    `Wrote ${out} (${form}) from ${from}.${form === 'onnx' ? '\nPreprocessing and labels are not in it; a bundle or .zip has them.' : `\nNext: regraft predict ${out} INPUT`}`,
});

function formOption(input: VerbInput): Pick<ExportRequest, 'form'> {
  const form = input.option('format');
  if (form === undefined) return {};
  return { form: forms.find((name) => name === form) ?? fail('CLI_USAGE', { reason: `--format takes ${forms.join(', ')}, not "${form}"` }) };
}
