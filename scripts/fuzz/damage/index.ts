import type { Random } from '../../../src/core/index.js';
import { type Damage, damageBytes, pick } from './bytes.js';
import { damageHdf5 } from './hdf5.js';
import { damageJson, damageModule } from './json.js';
import { damagePickle } from './pickle.js';
import { damageProtobuf } from './protobuf.js';
import { damageSafetensors } from './safetensors.js';
import { damageTar } from './tar.js';
import { damageTensorTable } from './tensor-table.js';
import { damageZip } from './zip.js';

/** How files are damaged by what their names say they hold. */
const formats: readonly (readonly [RegExp, Damage])[] = [
  [/\.json$/, damageJson],
  [/\.js$/, damageModule],
  [/\.(?:onnx|pb|meta|model)$/, damageProtobuf],
  [/\.index$/, damageTensorTable],
  [/\.h5$/, damageHdf5],
  [/\.(?:keras|zip|pt)$|pytorch_model\.bin$/, damageZip(damageOf)],
  [/\.(?:pkl|pth)$/, damagePickle],
  [/\.safetensors$/, damageSafetensors],
  [/\.tgz$/, damageTar],
];

function damageOf(file: string): Damage {
  return formats.find(([names]) => names.test(file))?.[1] ?? damageBytes;
}

export type Files = Readonly<Record<string, Uint8Array>>;

/** The files with one of them damaged once or twice; rarely, with one of them gone or in another's place. */
export function damageFiles(files: Files, random: Random): Files {
  const names = Object.keys(files);
  const name = pick(names, random);
  const kind = names.length === 1 ? 1 : random.uniform();
  if (kind < 0.01) return Object.fromEntries(Object.entries(files).filter(([other]) => other !== name));
  if (kind < 0.02) return { ...files, [name]: files[pick(names, random)] as Uint8Array };
  let bytes = files[name] as Uint8Array;
  for (let count = 1 + random.integer(2); count > 0; count--) bytes = (random.uniform() < 0.1 ? damageBytes : damageOf(name))(bytes, random);
  return { ...files, [name]: bytes };
}
