import type { DoctorResult } from '../../workflow/index.node.js';
import { defineVerb } from '../verb.js';

/** `regraft doctor` */
export const doctor = defineVerb<DoctorResult>({
  syntax: 'doctor',
  summary: 'Check that this machine has what Regraft needs.',
  example: 'regraft doctor',
  options: [],
  run: async () => (await import('../../workflow/index.node.js')).doctor(),
  format: ({ checks }) =>
    checks.map(({ name, ok, detail, cure }) => `${ok ? '✓' : '✗'} ${name.padEnd(15)} ${detail}${ok ? '' : `\n  ${cure}`}`).join('\n'),
  isDone: ({ ok }) => ok,
});
