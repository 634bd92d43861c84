import { fail } from '../../../core/index.js';
import { isObject, type JsonObject } from '../json.js';

/** Entries that a family calls by names of its own, where a configuration has them by the names of all families (`attribute_map` of transformers). */
export function underOwnNames(config: JsonObject, attributes: Readonly<Record<string, string>>): JsonObject {
  const shared = Object.entries(attributes).map(([name, own]) => [own, config[own] ?? config[name]] as const);
  return { ...config, ...Object.fromEntries(shared.filter(([, value]) => value !== undefined)) };
}

/**
 * Refuses what would be computed otherwise than it is built: entries with another value than the only one that is, and quantised weights.
 * @throws IMPORT_LAYER_OPTION
 */
export function refuseOthers(config: JsonObject, only: JsonObject): void {
  const { quantization_config: quantised } = config;
  if (quantised !== undefined) refuse('quantization_config', isObject(quantised) ? (quantised['quant_method'] ?? 'unknown') : quantised);
  for (const [option, value] of Object.entries(only)) if (config[option] !== undefined && config[option] !== value) refuse(option, config[option]);
}

function refuse(option: string, value: unknown): never {
  return fail('IMPORT_LAYER_OPTION', { layer: 'model', option, value: String(value), type: 'a Hugging Face model' });
}
