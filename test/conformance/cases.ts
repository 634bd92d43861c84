import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian's package libonnx-testdata puts the ONNX backend test data. */
export const DATA_ROOT = process.env.REGRAFT_ONNX_TESTDATA ?? '/usr/share/libonnx-testdata/data';

/** The folders whose models are stored with their weights; `real` only names models to download. */
const GROUPS = ['node', 'simple', 'pytorch-converted', 'pytorch-operator'] as const;

export interface Case {
  readonly group: (typeof GROUPS)[number];
  readonly name: string;
  readonly model: string;
  /** Folders of stored inputs and outputs. */
  readonly dataSets: readonly string[];
}

export function hasData(): boolean {
  return existsSync(join(DATA_ROOT, 'node'));
}

export function listCases(): Case[] {
  return GROUPS.flatMap((group) => {
    const folder = join(DATA_ROOT, group);
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).sort();
    return names.filter((name) => existsSync(join(folder, name, 'model.onnx'))).map((name) => toCase(group, name, join(folder, name)));
  });
}

function toCase(group: Case['group'], name: string, folder: string): Case {
  const dataSets = readdirSync(folder).filter((entry) => entry.startsWith('test_data_set_'));
  return { group, name, model: join(folder, 'model.onnx'), dataSets: dataSets.sort().map((entry) => join(folder, entry)) };
}

/** The stored files `input_0.pb`, `input_1.pb`, … of a data set, in order. */
export function storedFiles(dataSet: string, kind: 'input' | 'output'): string[] {
  const numberOf = (name: string): number => Number(/_(\d+)\.pb$/.exec(name)?.[1]);
  const names = readdirSync(dataSet).filter((name) => name.startsWith(`${kind}_`) && name.endsWith('.pb'));
  return names.sort((a, b) => numberOf(a) - numberOf(b)).map((name) => join(dataSet, name));
}
