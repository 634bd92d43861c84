const PAGE = 2 ** 16;

/**
 * Runs `work` while no memory of WebAssembly grows beyond `most` bytes. A library that allocates what a damaged file claims then finds none,
 * instead of clearing two gigabytes that it never gives back. `work` may not wait: others would find none either.
 */
export function withMemoryLimit<T>(most: number, work: () => T): T {
  const memory = WebAssembly.Memory.prototype;
  const { grow } = memory;
  memory.grow = function (pages) {
    if (this.buffer.byteLength + pages * PAGE > most) throw new RangeError(`memory would grow beyond ${most} bytes`);
    return grow.call(this, pages);
  };
  try {
    return work();
  } finally {
    memory.grow = grow;
  }
}
