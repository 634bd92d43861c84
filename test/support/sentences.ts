import { writeFileSync } from 'node:fs';
import { Random } from '../../src/core/index.js';

const WORDS = ['the', 'runs', 'a', 'dog', 'money', 'bed', 'run', 'x'];

/** Writes a table of short texts of two classes: those of animals speak of a cat, the others of a bank. */
export function writeSentences(path: string, count: number, seed: number): void {
  const random = new Random(seed, 'sentences');
  const rows = Array.from({ length: count }, (_, i) => {
    const words = Array.from({ length: 3 + random.integer(6) }, () => WORDS[random.integer(WORDS.length)] as string);
    words[random.integer(words.length)] = i % 2 === 0 ? 'cat' : 'bank';
    return `${words.join(' ')},${i % 2 === 0 ? 'animal' : 'place'}`;
  });
  writeFileSync(path, ['text,label', ...rows].join('\n'));
}
