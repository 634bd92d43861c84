import type { TfNode } from '../graph.js';

const VARIABLES: ReadonlySet<string> = new Set(['Variable', 'VariableV2', 'VarHandleOp', 'AutoReloadVariable']);

export function isVariable({ op }: Pick<TfNode, 'op'>): boolean {
  return VARIABLES.has(op);
}
