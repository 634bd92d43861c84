import { chooseRecipe } from '../../../learning/training/index.node.js';
import { type DecidedSpec, type RunSpec, resolveSpec } from '../../spec/index.js';
import type { WorkflowContext } from '../context.js';
import type { RunData } from '../data.node.js';
import { measureSimilarity, type Opened } from './similarity.node.js';

/** A spec without anything left to choose, and why it is as it is. */
export interface Decided {
  readonly spec: DecidedSpec;
  readonly reasons: readonly string[];
}

/**
 * Chooses what a spec leaves to Regraft (`auto`).
 * @param open a session on the same base and data, which is closed again; nothing is trained in it
 */
export async function decide(
  spec: RunSpec,
  data: RunData,
  open: (spec: DecidedSpec) => Promise<Opened>,
  { events }: WorkflowContext,
): Promise<Decided> {
  const already = decidedAlready(spec);
  if (already !== undefined) return { spec: already, reasons: [] };
  events?.emit('progress', { stage: 'choosing a recipe', done: 0, total: data.train.size });
  const probing = withChoice(spec, 'feature-extraction', 1, 'all');
  const session = await open(probing);
  try {
    const { train, names } = data;
    const similarity = await measureSimilarity(session);
    const facts = {
      ...similarity,
      samples: train.size,
      ...(train.target.kind === 'classes' && { classes: names.length }),
      batchSize: spec.training.batchSize,
    };
    const { recipe, epochs, reasons } = chooseRecipe(facts);
    const decided = withChoice(spec, recipe, epochs, 'auto');
    const said = [`recipe ${decided.recipe.name}${lengthOf(decided)}.`, ...reasons];
    events?.emit('note', { text: `auto: ${said.join(' ')}` });
    return { spec: decided, reasons: said };
  } finally {
    await session.device.close();
  }
}

/** The spec itself where nothing in it is left to choose. */
function decidedAlready(spec: RunSpec): DecidedSpec | undefined {
  return spec.recipe.name === 'auto' || spec.training.epochs === 'auto' ? undefined : (spec as DecidedSpec);
}

/** @param what whether only what is left to choose takes the choice */
function withChoice(spec: RunSpec, recipe: string, epochs: number, what: 'all' | 'auto'): DecidedSpec {
  const { training } = spec;
  const chosen = what === 'all' || spec.recipe.name === 'auto' ? { name: recipe } : spec.recipe;
  const resolved = resolveSpec(
    { ...spec, recipe: chosen, training: training.epochs === 'auto' ? { ...training, epochs } : training },
    { specDir: '/' },
  );
  return resolved as DecidedSpec;
}

function lengthOf({ recipe, training }: DecidedSpec): string {
  return recipe.name === 'linear-probe' || training.epochs === undefined ? '' : ` for ${training.epochs} epochs`;
}
