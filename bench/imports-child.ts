/** Imports a base, given as JSON, and prints what that took as JSON. */
import { importModel } from '../src/bases/importers/index.node.js';
import { byteLength } from '../src/core/index.js';

export interface ImportCost {
  /** Of the weights. */
  readonly bytes: number;
  readonly seconds: number;
  /** The largest memory that the process held, in bytes, Node itself included. */
  readonly peak: number;
}

const begun = performance.now();
const { model } = await importModel(JSON.parse(process.argv[2] ?? '{}'));
const seconds = (performance.now() - begun) / 1000;
const bytes = [...model.graph.initializers.values()].reduce((sum, tensor) => sum + (tensor.type === 'opaque' ? 0 : byteLength(tensor)), 0);
const cost: ImportCost = { bytes, seconds, peak: process.resourceUsage().maxRSS * 1024 };
console.log(JSON.stringify(cost));
