import type { Tensor } from '../../../core/index.js';

/** A weight under the name its file gives it; that name becomes the parameter's. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** Where the layers' weights come from: a TF.js manifest or an HDF5 file. */
export interface WeightStore {
  /**
   * The weight `weight` (`kernel`, `gamma` …) of layer `layer`.
   * @param parents the models and wrappers around the layer, outermost first
   */
  find(layer: string, weight: string, parents: readonly string[]): NamedTensor | undefined;
}

/**
 * Weights by slash-separated names. Exporters write `layer/weight`, and inside nested models, wrappers and cells put further
 * names before, between or after; of several that fit, the one naming most of the parents is taken.
 */
export class NamedWeights implements WeightStore {
  readonly #exact: ReadonlySet<string>;
  readonly #read: (name: string) => Tensor | undefined;
  readonly #byLast = new Map<string, { readonly name: string; readonly parts: readonly string[] }[]>();

  /** @param read gives the weight under one of the names */
  constructor(names: Iterable<string>, read: (name: string) => Tensor | undefined) {
    this.#exact = new Set(names);
    this.#read = read;
    for (const name of this.#exact) {
      const parts = name.replace(/:\d+$/, '').split('/');
      const last = parts.at(-1) ?? '';
      this.#byLast.set(last, [...(this.#byLast.get(last) ?? []), { name, parts }]);
    }
  }

  find(layer: string, weight: string, parents: readonly string[]): NamedTensor | undefined {
    const scoped = [...parents, layer, weight].join('/');
    const name = [scoped, `${layer}/${weight}`].find((candidate) => this.#exact.has(candidate)) ?? this.#nearest(layer, weight, parents);
    const tensor = name === undefined ? undefined : this.#read(name);
    return name === undefined || tensor === undefined ? undefined : { name, tensor };
  }

  #nearest(layer: string, weight: string, parents: readonly string[]): string | undefined {
    const candidates = (this.#byLast.get(weight) ?? []).filter(({ parts }) => parts.includes(layer));
    const score = (parts: readonly string[]): number => parents.filter((parent) => parts.includes(parent)).length;
    return candidates.sort((a, b) => score(b.parts) - score(a.parts))[0]?.name;
  }
}
