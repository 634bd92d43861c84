import type { NodeDef, TensorProto } from '../proto/generated/tensorflow_pb.js';
import type { Slice } from './bundle/index.js';
import { dataInputs, type Frame } from './frame.js';
import type { Origin, Program } from './program.js';
import { decodeText } from './tensors.js';

/** Where the value of a variable lies in a checkpoint. */
export interface Stored {
  readonly key: string;
  /** The part of it, where the variable is one piece of a partitioned one. */
  readonly slice: Slice | undefined;
}

const ASSIGNMENTS: ReadonlySet<string> = new Set(['Assign', 'AssignVariableOp']);

/**
 * What the graph's own restoring does, by the node of the variable: `RestoreV2` reads named tensors, which are assigned to variables, in the
 * graph itself or in a function that `restoreOp` calls.
 */
export function followRestore(program: Program, restoreOp: string): Map<NodeDef, Stored> {
  const found = new Map<NodeDef, Stored>();
  for (const frame of restoringFrames(program, restoreOp)) {
    for (const node of frame.nodes.values()) {
      if (!ASSIGNMENTS.has(node.op)) continue;
      const [variable, value] = dataInputs(node).map((input) => behindIdentity(program.origin(input, frame), program));
      const stored = value && storedAs(value, program);
      if (stored && variable && 'node' in variable) found.set(variable.node, stored);
    }
  }
  return found;
}

/** The main graph, and the function that restores with all that it calls. */
function restoringFrames(program: Program, restoreOp: string): Iterable<Frame> {
  const node = program.main.nodes.get(restoreOp.replace(/:\d+$/, ''));
  const body = node && program.called(node, program.main);
  const frames = new Set(body ? [program.main, body] : [program.main]);
  // The set grows while it is walked; of the main graph, other calls are the model's.
  for (const frame of frames) {
    if (frame === program.main) continue;
    for (const inner of frame.nodes.values()) {
      const called = program.called(inner, frame);
      if (called) frames.add(called);
    }
  }
  return frames;
}

function behindIdentity(origin: Origin, program: Program): Origin {
  let at = origin;
  const seen = new Set<NodeDef>();
  while ('node' in at && at.node.op === 'Identity' && !seen.has(at.node)) {
    seen.add(at.node);
    at = program.origin(dataInputs(at.node)[0] ?? '', at.frame);
  }
  return at;
}

/** Source: RestoreV2 takes a prefix, the names of tensors, and for each the part of it as `10 4 0,5:-` (empty: the whole). */
function storedAs(value: Origin, program: Program): Stored | undefined {
  if (!('node' in value) || value.node.op !== 'RestoreV2') return undefined;
  const [, names, parts] = dataInputs(value.node).map((input) => constantTexts(program.origin(input, value.frame), value.output));
  return names === undefined ? undefined : { key: names, slice: parsePart(parts ?? '') };
}

/** Element `index` of a constant of texts, the last one standing for all that follow. */
function constantTexts(origin: Origin, index: number): string | undefined {
  const value = 'node' in origin && origin.node.op === 'Const' ? origin.node.attr['value']?.value : undefined;
  const texts: TensorProto['stringVal'] = value?.case === 'tensor' ? value.value.stringVal : [];
  const bytes = texts[Math.min(index, texts.length - 1)];
  return bytes && decodeText(bytes);
}

function parsePart(text: string): Slice | undefined {
  const extents = text.split(' ').at(-1) ?? '';
  if (extents === '') return undefined;
  return extents.split(':').map((extent) => {
    const [start = 0, length = -1] = extent === '-' ? [] : extent.split(',').map(Number);
    return { start, length };
  });
}
