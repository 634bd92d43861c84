/** A process that reads inputs `from` to `to` of a reader and tells its parent what became of each: `child READER SEED FROM TO`. */
import { inputAt } from './input.js';
import { outcomeOf } from './outcome.js';
import { readers } from './readers.js';

const [name = '', seed = '', from = '', to = ''] = process.argv.slice(2);
const reader = readers[name];
if (!reader) throw new Error(`There is no reader "${name}"`);
const samples = reader.samples();
// The first reading compiles and loads what all others use.
for (const sample of samples.slice(0, 3)) await reader.read(sample).catch(() => undefined);
for (let index = Number(from); index < Number(to); index++) {
  const outcome = await outcomeOf(reader, inputAt(samples, Number(seed), index), index);
  await new Promise((done) => process.send?.(outcome, done));
  // What a fault leaves behind is not the next input's.
  if (outcome.result === 'failed') break;
}
process.disconnect?.();
process.exit();
