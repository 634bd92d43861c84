import { fail } from '../../../core/index.js';
import { isArray, isObject, type Json, type JsonObject } from '../json.js';

/** The configuration of one layer: typed readers with Keras' defaults, whose errors name the layer. */
export class LayerConfig {
  readonly layer: string;
  readonly type: string;
  readonly values: JsonObject;

  constructor(layer: string, type: string, values: JsonObject) {
    this.layer = layer;
    this.type = type;
    this.values = values;
  }

  raw(key: string): Json | undefined {
    return this.values[key] ?? undefined;
  }

  number(key: string, otherwise?: number): number {
    const value = this.raw(key) ?? otherwise;
    return typeof value === 'number' ? value : this.refuse(key, value);
  }

  flag(key: string, otherwise: boolean): boolean {
    const value = this.raw(key) ?? otherwise;
    return typeof value === 'boolean' ? value : this.refuse(key, value);
  }

  text(key: string, otherwise: string): string {
    const value = this.raw(key) ?? otherwise;
    return typeof value === 'string' ? value : this.refuse(key, value);
  }

  /** `count` whole numbers; one number stands for all of them. */
  ints(key: string, count: number, otherwise?: number): number[] {
    const value = this.raw(key) ?? otherwise;
    const list = typeof value === 'number' ? Array.from({ length: count }, () => value) : value;
    return isIntegers(list) && list.length === count ? [...list] : this.refuse(key, value);
  }

  /** A list of whole numbers of any length; one number is a list of one. */
  axes(key: string, otherwise: number): number[] {
    const value = this.raw(key) ?? otherwise;
    const list = typeof value === 'number' ? [value] : value;
    return isIntegers(list) ? [...list] : this.refuse(key, value);
  }

  /** The name of a function such as an activation: a string, or Keras 3's serialised object. */
  functionName(key: string, otherwise: string): string {
    const value = this.raw(key) ?? otherwise;
    if (typeof value === 'string') return value;
    if (!isObject(value)) return this.refuse(key, value);
    const { config, class_name: className } = value;
    return typeof config === 'string' ? config : typeof className === 'string' ? className : this.refuse(key, value);
  }

  /** @throws IMPORT_LAYER_OPTION always */
  refuse(option: string, value: Json | undefined = this.raw(option)): never {
    return fail('IMPORT_LAYER_OPTION', { layer: this.layer, type: this.type, option, value: JSON.stringify(value) ?? 'nothing' });
  }

  /** @throws IMPORT_LAYER_OPTION unless the option is absent or one of `allowed` */
  require(option: string, ...allowed: readonly Json[]): void {
    const value = this.raw(option);
    if (value !== undefined && !allowed.includes(value)) this.refuse(option, value);
  }
}

function isIntegers(value: unknown): value is readonly number[] {
  return isArray(value) && value.every((item) => Number.isInteger(item));
}
