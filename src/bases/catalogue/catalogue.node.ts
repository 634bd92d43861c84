import { parseUri } from '../hub/index.js';
import type { FoundModel, Importable, ModelFacts } from './facts.js';
import { measured } from './generated/measured.js';
import { humanModels } from './rows/human.js';
import { kerasModels } from './rows/keras.js';
import { npmModels } from './rows/npm.js';
import { tfhubModels } from './rows/tfhub.js';
import { torchModels } from './rows/torch.node.js';
import type { SourceName } from './sources.js';

/** Models that are known without asking anybody. */
export const catalogue: readonly FoundModel[] = [...kerasModels, ...torchModels, ...npmModels, ...humanModels, ...tfhubModels].map(found);

function found(facts: ModelFacts): FoundModel {
  const source = parseUri(facts.uri).kind as SourceName;
  const figures = Object.hasOwn(measured, facts.uri) ? measured[facts.uri] : undefined;
  if (figures === undefined) return { ...facts, source, importable: 'untried', measured: [] };
  if ('refused' in figures) return { ...facts, source, importable: 'not yet' satisfies Importable, measured: [] };
  const names = (['parameters', 'multiplyAdds'] as const).filter((name) => figures[name] !== undefined);
  return { ...facts, ...figures, source, importable: 'yes', measured: names };
}
