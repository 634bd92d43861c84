import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { program } from '../../../../test/support/program.js';
import { tinyBase } from '../../../../test/support/tiny-base.js';
import { withFacts } from '../../../bases/importers/index.js';
import { importModel } from '../../../bases/importers/index.node.js';
import { saveModelFile } from '../../../engine/graph/index.node.js';

const folder = mkdtempSync(join(tmpdir(), 'regraft-import-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const facts = {
  licence: 'MIT',
  labels: ['circle', 'cross', 'square'],
  preprocessing: { size: [32, 32], layout: 'nchw', range: [-1, 1] },
} as const;

it('writes a base as ONNX with what is known of it, and reads that again', async () => {
  await saveModelFile(
    at('base.onnx'),
    withFacts(tinyBase(), { ...facts, labels: [...facts.labels], preprocessing: { ...facts.preprocessing, size: [32, 32], range: [-1, 1] } }),
  );
  const { code, document } = await program('import', at('base.onnx'), '--out', at('copy.onnx'));
  expect({ code, document }).toMatchObject({ code: 0, document: { out: at('copy.onnx'), importer: 'onnx', licence: 'MIT', labels: facts.labels } });
  const [before, after] = [await importModel(at('base.onnx')), await importModel(at('copy.onnx'))];
  expect(after).toMatchObject({ labels: facts.labels, preprocessing: facts.preprocessing, source: { licence: 'MIT' } });
  // A model that is trained further must not go on naming the classes of its base.
  expect([...after.model.metadata.keys()]).toEqual([...tinyBase().metadata.keys()]);
  expect([...after.model.graph.initializers]).toEqual([...before.model.graph.initializers]);
});

it('passes over metadata that others have edited', async () => {
  const base = tinyBase();
  await saveModelFile(at('edited.onnx'), { ...base, metadata: new Map([['regraft.base', '{"labels": 3']]) });
  const { labels, source } = await importModel(at('edited.onnx'));
  expect([labels, source.licence]).toEqual([undefined, undefined]);
});

it('asks for a file to write', async () => {
  expect(await program('import', at('base.onnx'))).toMatchObject({ code: 2 });
});
