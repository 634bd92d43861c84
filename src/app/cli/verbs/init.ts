import type { InitResult } from '../../workflow/index.node.js';
import { defineVerb } from '../verb.js';

/** `regraft init DATA` */
export const init = defineVerb<InitResult>({
  syntax: 'init <data>',
  summary: 'Look at labelled data and write a spec to start from.',
  example: 'regraft init ./photos --out photos.yaml',
  options: [
    { flags: '--out <file>', description: 'where the spec is written', fallback: 'regraft.yaml' },
    { flags: '--base <uri>', description: 'the pretrained model to start from' },
    { flags: '--force', description: 'replace the file if it is there' },
  ],
  run: async (input) => {
    const base = input.option('base');
    const { init: write } = await import('../../workflow/index.node.js');
    return write({
      data: input.argument(0, 'data'),
      out: input.required('out'),
      force: input.flag('force'),
      ...(base === undefined ? {} : { base }),
    });
  },
  format: ({ spec, task, samples, classes }) => {
    const names = Object.keys(classes);
    const of = names.length > 0 ? ` of ${names.length} classes` : '';
    return `Wrote ${spec}: ${task}, ${samples} samples${of}.\nNext: regraft train ${spec} --out runs/first`;
  },
});
