import { type ErrorCode, type ErrorValues, fail, RegraftError, type Tensor } from '../../core/index.js';
import type { EngineMethods, Tensors } from './engine.js';

/** A call of an engine method, sent to the worker that owns the engine. */
export interface Call {
  readonly id: number;
  readonly method: keyof EngineMethods;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: { readonly code: ErrorCode | undefined; readonly values: ErrorValues; readonly message: string } };

/** Answers one call; what goes wrong becomes part of the reply. */
export async function answer(engine: EngineMethods, { id, method, args }: Call): Promise<Reply> {
  try {
    const result = await (engine[method] as (...all: readonly unknown[]) => Promise<unknown>).apply(engine, args as unknown[]);
    return { id, result };
  } catch (error) {
    const known = error instanceof RegraftError;
    return { id, failure: { code: known ? error.code : undefined, values: known ? error.values : {}, message: String(error) } };
  }
}

/** The buffers of a reply's tensors, which move to the receiver instead of being copied. */
export function transferables(reply: Reply): ArrayBuffer[] {
  if (!('result' in reply) || typeof reply.result !== 'object' || reply.result === null) return [];
  const buffers = Object.values(reply.result as Record<string, { data?: { buffer?: unknown } }>).map((value) => value?.data?.buffer);
  return [...new Set(buffers.filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer))];
}

/** The buffers that can move with their arrays: not those that an array is only a part of. */
function wholeBuffers(arrays: readonly ArrayBufferView[]): ArrayBuffer[] {
  const buffers = arrays.flatMap(({ buffer, byteLength }) => (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []));
  return [...new Set(buffers)];
}

function dataOf(tensors: Tensors): ArrayBufferView[] {
  return Object.values(tensors).map(({ data }) => data);
}

/** Copies that can move: a message that copies by itself holds large tensors twice for a while. */
function copied(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() } as Tensor]));
}

/** One end of a channel to a worker. */
export interface Channel {
  post(call: Call, transfer: readonly ArrayBuffer[]): void;
  /** No reply, but a reason, when the worker is gone. */
  onReply(listener: (reply: Reply | undefined, reason?: string) => void): void;
  close(): Promise<void>;
}

/** Calls the methods of an engine that lives behind a channel. */
export function remoteEngine(channel: Channel): EngineMethods & { close(): Promise<void> } {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  let next = 0;
  let gone: string | undefined;
  const end = (reason: string): void => {
    gone ??= reason;
    for (const { reject } of waiting.values()) reject(new RegraftError('RUNTIME_WORKER_GONE', { reason: gone }));
    waiting.clear();
  };
  channel.onReply((reply, reason = 'it was closed') => {
    if (reply === undefined) return end(reason);
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('result' in reply) call?.resolve(reply.result);
    else call?.reject(revive(reply.failure));
  });
  let running: Promise<unknown> = Promise.resolve();
  const call = (method: keyof EngineMethods, args: readonly unknown[], transfer: readonly ArrayBuffer[] = []): Promise<never> => {
    const reply = new Promise<never>((resolve, reject) => {
      if (gone !== undefined) fail('RUNTIME_WORKER_GONE', { reason: gone });
      const id = next++;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      channel.post({ id, method, args }, transfer);
    });
    // Without their results, which would be held as long as the channel is open.
    running = Promise.allSettled([running, reply]).then(() => undefined);
    return reply;
  };
  const move = (method: keyof EngineMethods, args: readonly unknown[], tensors: Tensors): Promise<never> =>
    call(method, [...args, tensors], wholeBuffers(dataOf(tensors)));
  return {
    compile: (spec) => call('compile', [spec], wholeBuffers([spec.model])),
    run: (program, feeds, given = {}) => move('run', [program], { ...copied(feeds), ...given }),
    step: (program, pace, given) => move('step', [program, pace], given),
    put: (tensors, given = {}) => move('put', [{}], { ...copied(tensors), ...given }),
    get: (names) => call('get', [names]),
    drop: (names) => call('drop', [names]),
    exchange: (pairs) => call('exchange', [pairs]),
    release: (program) => call('release', [program]),
    close: async () => {
      gone ??= 'it was closed';
      // A worker that is ended while ONNX Runtime compiles takes the whole process with it.
      await running;
      await channel.close();
      end(gone);
    },
  };
}

function revive(failure: { readonly code: ErrorCode | undefined; readonly values: ErrorValues; readonly message: string }): Error {
  return failure.code === undefined ? new Error(failure.message) : new RegraftError(failure.code, failure.values);
}
