import * as z from 'zod';
import { fail, fromNumbers, rowOf } from '../../../../core/index.js';
import { add, concatenate, multiply, scale, split, unsqueeze, type Value } from '../../torch-layers/index.js';
import { places } from './places.js';

/** To float32. */
const round = Math.fround;

const parameters = z.record(z.string(), z.unknown());

/** What `config.json` says of rotary embeddings: today all in `rope_parameters`, earlier in `rope_theta` and `rope_scaling`. */
export const rotaryShape = {
  rope_parameters: parameters.exactOptional(),
  rope_scaling: parameters.exactOptional(),
  rope_theta: z.number().exactOptional(),
};

export type RotaryConfig = z.output<z.ZodObject<typeof rotaryShape>>;

/** Factors for a rotation by the place of a token: `[T, d]` each. */
export interface Rotation {
  readonly cos: Value;
  /** Negative in the first half, as the second half is subtracted there. */
  readonly sin: Value;
}

/** The rotations of the places of a sequence, of heads of `width` numbers: Su et al. 2021, arXiv:2104.09864. */
export function rotations(ids: Value, width: number, config: RotaryConfig): Rotation {
  const { net } = ids;
  const place = places(ids);
  const at = unsqueeze(net.op('rotary/places', 'Cast', [place], place.dims, { to: 1 }, 'float32'), [1]);
  const frequencies = net.constant('rotary/frequencies', fromNumbers('float32', [width / 2], inverseFrequencies(width, config)));
  const angles = multiply(at, frequencies);
  const cos = net.op('rotary/cos', 'Cos', [angles], angles.dims);
  const sin = net.op('rotary/sin', 'Sin', [angles], angles.dims);
  return { cos: concatenate([cos, cos], 1), sin: concatenate([scale(sin, -1), sin], 1) };
}

/** Heads `[N, heads, T, d]`, whose numbers i and i + d/2 are turned as the coordinates of a point. */
export function rotate(x: Value, { cos, sin }: Rotation): Value {
  const [first, second] = split(x, 2, 3) as [Value, Value];
  return add(multiply(x, cos), multiply(concatenate([second, first], 3), sin));
}

/** Angle per place, `[d / 2]`, rounded to float32 where transformers rounds. @throws IMPORT_LAYER_OPTION for other scalings */
function inverseFrequencies(width: number, config: RotaryConfig): number[] {
  const given = config.rope_scaling ?? config.rope_parameters ?? {};
  const type = String(given['rope_type'] ?? given['type'] ?? 'default');
  const scaling =
    rowOf(scalings, type) ?? fail('IMPORT_LAYER_OPTION', { layer: 'rotary_emb', option: 'rope_type', value: type, type: 'a Hugging Face model' });
  const base = 'rope_theta' in given ? numberIn(given, 'rope_theta') : (config.rope_theta ?? 10_000);
  const frequencies = Array.from({ length: width / 2 }, (_, i) => round(1 / round(base ** round((2 * i) / width))));
  return scaling(frequencies, (name) => numberIn(given, name)).map(round);
}

type Scaling = (frequencies: readonly number[], parameter: (name: string) => number) => readonly number[];

/** Source: transformers/modeling_rope_utils.py */
const scalings: Readonly<Record<string, Scaling>> = {
  default: (frequencies) => frequencies,
  linear: (frequencies, parameter) => frequencies.map((frequency) => frequency / parameter('factor')),
  llama3: (frequencies, parameter) => frequencies.map(stretched(parameter)),
};

/** Llama 3.1: waves that the texts of pretraining held few of are stretched, with a gradual transition. */
function stretched(parameter: (name: string) => number): (frequency: number) => number {
  const [factor, low, high] = [parameter('factor'), parameter('low_freq_factor'), parameter('high_freq_factor')];
  const length = parameter('original_max_position_embeddings');
  return (frequency) => {
    const wave = round(round(1 / frequency) * round(2 * Math.PI));
    if (wave < length / high) return frequency;
    if (wave > length / low) return frequency / factor;
    const kept = round(round(round(round(1 / wave) * length) - low) / (high - low));
    return round(round(round(1 - kept) * frequency) / factor) + round(kept * frequency);
  };
}

/** @throws IMPORT_TOPOLOGY */
function numberIn(given: Readonly<Record<string, unknown>>, name: string): number {
  const value = given[name];
  return typeof value === 'number' ? value : fail('IMPORT_TOPOLOGY', { reason: `"${name}" of the rotary embedding in config.json is no number` });
}
