import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import type { WorkflowEvents } from '../../src/app/workflow/context.js';
import { resume, train } from '../../src/app/workflow/index.node.js';
import { Events } from '../../src/core/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { drawShapes } from '../support/shapes.js';
import { tinyBase } from '../support/tiny-base.js';

const root = mkdtempSync(join(tmpdir(), 'regraft-auto-'));
const at = (name: string): string => join(root, name);
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeAll(() => Promise.all([drawShapes(at('shapes'), 40), drawShapes(at('few'), 8), saveModelFile(at('base.onnx'), tinyBase())]));

function specOf(data: string, training: SpecInput['training']): SpecInput {
  const base = { uri: at('base.onnx'), preprocessing: { size: [32, 32] as [number, number] } };
  return { task: 'image-classification', base, data: { train: at(data), validation: 0.25 }, recipe: 'auto', training };
}

interface Written {
  readonly spec: { readonly recipe: { readonly name: string }; readonly training: { readonly epochs: number } };
  readonly reasons: readonly string[];
}
const recordAt = (out: string): Written => JSON.parse(readFileSync(join(at(out), 'run.json'), 'utf8'));

it('the choice stands in run.json with its reasons, and is told', async () => {
  const events = new Events<WorkflowEvents>();
  const notes: string[] = [];
  events.on('note', ({ text }) => notes.push(text));
  await train({ spec: specOf('few', { epochs: 'auto' }), out: at('first') }, { events });
  const { spec, reasons } = recordAt('first');
  // Six samples a class.
  expect(spec.recipe.name).toBe('linear-probe');
  expect(reasons.at(-1)).toContain('6 samples a class are too few');
  expect(notes).toContain(`auto: ${reasons.join(' ')}`);
});

it('a run that is resumed keeps what was chosen', async () => {
  const stop = new AbortController();
  const events = new Events<WorkflowEvents>();
  events.on('progress', ({ stage, done }) => stage.startsWith('training') && done >= 2 && stop.abort());
  const { done } = await train({ spec: specOf('shapes', { epochs: 2, batchSize: 16 }), out: at('second') }, { events, signal: stop.signal });
  expect(done).toBe(false);
  const begun = recordAt('second');
  expect(begun.spec.recipe.name).toBe('fine-tune');
  const notes: string[] = [];
  const later = new Events<WorkflowEvents>();
  later.on('note', ({ text }) => notes.push(text));
  expect((await resume(at('second'), { events: later })).done).toBe(true);
  expect(recordAt('second')).toMatchObject(begun);
  // It was chosen at the beginning; nothing is measured again.
  expect(notes.filter((text) => text.startsWith('auto'))).toEqual([]);
});

it('only the length is chosen where only that is left open', async () => {
  const { recipe: _, ...spec } = specOf('shapes', { epochs: 'auto', batchSize: 90 });
  await train({ spec: { ...spec, recipe: 'feature-extraction' }, out: at('third') });
  const { spec: chosen } = recordAt('third');
  expect(chosen.recipe.name).toBe('feature-extraction');
  expect(chosen.training.epochs).toBe(30);
});
