import type { ImportResult } from '../../workflow/index.node.js';
import { baseArgument, baseOptions } from '../base-options.js';
import { short } from '../table.js';
import { defineVerb } from '../verb.js';

/** `regraft import MODEL --out FILE` */
export const importVerb = defineVerb<ImportResult>({
  syntax: 'import <model>',
  summary: 'Write a base model of any ecosystem as an ONNX file, with its labels, preprocessing and licence.',
  example: 'regraft import npm:nsfwjs@4.3.0/dist/models/mobilenet_v2 --out mobilenet.onnx',
  options: [{ flags: '--out <file>', description: 'required: the .onnx file to write' }, ...baseOptions],
  run: async (input, context) => {
    const request = { model: baseArgument(input), out: input.required('out') };
    const { importToFile } = await import('../../workflow/index.node.js');
    return importToFile(request, context);
  },
  format: ({ uri, out, importer, licence, labels, parameters, notes }) =>
    [
      `Wrote ${out}: ${short(parameters)} parameters from ${uri} (${importer}), licence ${licence ?? 'not stated'}${labels ? `, ${labels.length} labels` : ''}.`,
      ...notes.map((note) => `Note: ${note}`),
      `Next: regraft inspect ${out}`,
    ].join('\n'),
});
