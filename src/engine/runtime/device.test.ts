import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { watchedDevice } from '../../../test/support/device.js';
import { input, modelOf, node } from '../../../test/support/graph.js';
import { float32, int64, type Tensor } from '../../core/index.js';
import { GraphBuilder, type Model } from '../graph/index.js';
import { type Device, openDevice } from './index.node.js';

let device: Device;
afterEach(() => device?.close());

/** Multiplies a square by itself `count` times. */
function powers(size: number, count: number): Model {
  const b = new GraphBuilder(21);
  let x = b.input('x', 'float32', [size, size]);
  for (let i = 0; i < count; i++) x = b.op('MatMul', [x, x]);
  return b.model([b.op('Identity', [x])]);
}

/** `loss` = x + s, and `next` = 2x. */
const doubling = modelOf({
  nodes: [node('Add', ['x', 's'], ['loss']), node('Add', ['x', 'x'], ['next'])],
  inputs: ['x', 's'],
  outputs: ['loss', 'next'],
});
const doubled = { resident: ['x'], updates: { next: 'x' }, guard: 'loss' };
const PACE = { step: 1, rates: [0.5] };
const one = (value: number): Tensor => float32([1], [value]);

function zero(size: number): Tensor {
  return float32([size, size], new Float32Array(size * size));
}

it('leaves the event loop free while it compiles and runs', async () => {
  device = openDevice({ threads: 1 });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const program = await device.compile(powers(512, 60));
  const before = ticks;
  const began = performance.now();
  await program.run({ x: zero(512) });
  const took = performance.now() - began;
  clearInterval(timer);
  expect(took).toBeGreaterThan(50);
  // A loop that was blocked would tick once or twice; a busy machine ticks late.
  expect(ticks - before).toBeGreaterThan(took / 25);
});

describe('resident tensors', () => {
  it('are read from the device, and replaced after a step', async () => {
    device = openDevice({ threads: 1 });
    await device.put({ x: one(3) });
    const program = await device.compile(doubling, doubled);
    for (const loss of [4, 7, 13]) expect(await program.step(PACE, { s: one(1) })).toEqual({ loss: one(loss) });
    expect(await device.get(['x'])).toEqual({ x: one(24) });
  });

  it('are kept as they were when the guard is not finite', async () => {
    device = openDevice({ threads: 1 });
    await device.put({ x: one(3) });
    const program = await device.compile(doubling, doubled);
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY]) expect(await program.step(PACE, { s: one(value) })).toEqual({ loss: one(value) });
    expect(await device.get(['x'])).toEqual({ x: one(3) });
  });

  it('stay as they are when a program only runs', async () => {
    device = openDevice({ threads: 1 });
    await device.put({ x: one(3) });
    const program = await device.compile(doubling, doubled);
    expect(await program.run({ s: one(1) })).toEqual({ loss: one(4), next: one(6) });
    expect(await device.get(['x'])).toEqual({ x: one(3) });
  });

  it('are changed in place by an optimiser, unless the guard is not finite', async () => {
    device = openDevice({ threads: 1 });
    await device.put({ x: one(3) });
    const parameters = [{ name: 'x', gradient: 'next', state: [], group: 0, weightDecay: 0 }];
    const optimizer = { name: 'sgd', lr: 1, momentum: 0, nesterov: false, weightDecay: 0 } as const;
    const program = await device.compile(doubling, { resident: ['x'], guard: 'loss', optimization: { optimizer, parameters } });
    expect(await program.step(PACE, { s: one(1) })).toEqual({ loss: one(4) });
    // 3 − 0.5 · (2 · 3)
    expect(await device.get(['x'])).toEqual({ x: one(0) });
    await device.put({ x: one(3) });
    expect(await program.step(PACE, { s: one(Number.NaN) })).toEqual({ loss: one(Number.NaN) });
    expect(await device.get(['x'])).toEqual({ x: one(3) });
  });

  it('leave the tensors alone that were put there', async () => {
    const { device: inProcess } = watchedDevice();
    const parameters = [{ name: 'x', gradient: 'next', state: [], group: 0, weightDecay: 0 }];
    const optimizer = { name: 'sgd', lr: 1, momentum: 0, nesterov: false, weightDecay: 0 } as const;
    const program = await inProcess.compile(doubling, { resident: ['x'], optimization: { optimizer, parameters } });
    const x = one(3);
    await inProcess.put({ x });
    await program.step(PACE, { s: one(1) });
    expect(x).toEqual(one(3));
  });

  it('are named when they are missing', async () => {
    device = openDevice({ threads: 1 });
    const program = await device.compile(doubling, doubled);
    await expect(program.run({ s: one(1) })).rejects.toMatchObject({ code: 'RUNTIME_NOT_RESIDENT', values: { name: 'x' } });
    await expect(device.get(['x'])).rejects.toMatchObject({ code: 'RUNTIME_NOT_RESIDENT' });
  });
});

describe('memory', () => {
  const sum = modelOf({ nodes: [node('Add', ['x', 's'], ['y'])], inputs: ['x', 's'], outputs: ['y'] });

  it('of what is given moves to the device; the rest is copied', async () => {
    device = openDevice({ threads: 1 });
    const program = await device.compile(sum);
    const [kept, given] = [one(1), one(2)];
    expect(await program.run({ x: kept }, { s: given })).toEqual({ y: one(3) });
    expect([kept.data.length, given.data.length]).toEqual([1, 0]);
    const resident = one(5);
    await device.put({}, { resident });
    expect(resident.data.length).toBe(0);
    expect(await device.get(['resident'])).toEqual({ resident: one(5) });
  });

  it('that other tensors lie in is copied, given or not', async () => {
    device = openDevice({ threads: 1 });
    const program = await device.compile(sum);
    const pair = Float32Array.of(1, 2);
    const part = (index: number): Tensor => ({ type: 'float32', dims: [1], data: pair.subarray(index, index + 1) });
    expect(await program.run({}, { x: part(0), s: part(1) })).toEqual({ y: one(3) });
    expect([...pair]).toEqual([1, 2]);
  });
});

it('runs signed 8-bit graphs', async () => {
  device = openDevice({ threads: 1 });
  const b = new GraphBuilder(21);
  const x = b.input('x', 'float32', [1, 2]);
  const [scale, zero] = [b.constant(float32([], [0.5])), b.constant({ type: 'int8', dims: [], data: new Int8Array(1) })];
  const rounded = b.op('DequantizeLinear', [b.op('QuantizeLinear', [x, scale, zero]), scale, zero]);
  const y = b.transpose(rounded, [1, 0]);
  const program = await device.compile(b.model([y]));
  expect(await program.run({ x: float32([1, 2], [-1.2, 0.9]) })).toEqual({ [y.name]: float32([2, 1], [-1, 1]) });
});

it('leaves no telemetry of ONNX Runtime behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'regraft-telemetry-'));
  const built = (path: string): string => JSON.stringify(new URL(`../../../dist/engine/${path}`, import.meta.url).href);
  // Telemetry begins with the first session.
  const script = `const { openDevice } = await import(${built('runtime/index.node.js')});
    const { GraphBuilder } = await import(${built('graph/index.js')});
    const device = openDevice({ threads: 1 });
    const b = new GraphBuilder(21);
    await device.compile(b.model([b.neg(b.input('x', 'float32', [1]))]));
    await device.close();`;
  const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env: { ...env, TMPDIR: folder } });
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});

describe('failures', () => {
  it('of a graph ONNX Runtime cannot run', async () => {
    device = openDevice({ threads: 1 });
    const refused = modelOf({ nodes: [node('Nonsense', ['x'], ['y'])], inputs: ['x'], outputs: ['y'] });
    await expect(device.compile(refused)).rejects.toMatchObject({ code: 'RUNTIME_COMPILE' });
  });

  it('of memory: more than there is, is an error and no end', async () => {
    device = openDevice({ threads: 1 });
    const nodes = [node('ConstantOfShape', ['shape'], ['huge']), node('ReduceSum', ['huge'], ['sum'])];
    const program = await device.compile(modelOf({ nodes, inputs: [input('shape', { type: 'int64', dims: [1] })], outputs: ['sum'] }));
    await expect(program.run({ shape: int64([1], [2 ** 48]) })).rejects.toMatchObject({ code: 'RUNTIME_RUN' });
    expect(await program.run({ shape: int64([1], [4]) })).toMatchObject({ sum: { dims: [1] } });
  });

  it('of a released program', async () => {
    device = openDevice({ threads: 1 });
    const program = await device.compile(doubling);
    await program.release();
    await expect(program.run({ x: one(1), s: one(1) })).rejects.toMatchObject({ code: 'RUNTIME_RELEASED' });
  });

  it('a device that is closed ends what runs and takes nothing new', async () => {
    device = openDevice({ threads: 1 });
    const running = device.compile(powers(64, 400));
    await setTimeout(5);
    await device.close();
    await expect(running).resolves.toBeDefined();
    await expect(device.compile(doubling)).rejects.toMatchObject({ code: 'RUNTIME_WORKER_GONE' });
  });
});
