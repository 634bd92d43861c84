/** A text as SQuAD compares answers: lower case, without punctuation, articles and additional white space. */
function normalised(text: string): string {
  return text
    .toLowerCase()
    .replace(/[!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]/g, '')
    .replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ');
}

/** How good an answer is beside those that count as right: exactly one of them, and the best overlap of words with one of them. Both 0 to 1. */
export interface AnswerScore {
  readonly exact: number;
  readonly f1: number;
}

/**
 * The scores of SQuAD's own evaluation (Rajpurkar et al., arXiv 1606.05250; 1806.03822 for questions without an answer).
 * @param given empty where there is said to be no answer
 * @param right empty where there is none
 */
export function scoreAnswer(given: string, right: readonly string[]): AnswerScore {
  const candidates = right.map(normalised).filter((text) => text !== '');
  const answer = normalised(given);
  const accepted = candidates.length === 0 ? [''] : candidates;
  return {
    exact: Number(accepted.includes(answer)),
    f1: Math.max(...accepted.map((text) => overlap(answer, text))),
  };
}

function overlap(given: string, right: string): number {
  if (given === '' || right === '') return Number(given === right);
  const [a, b] = [given.split(' '), right.split(' ')];
  const left = new Map<string, number>();
  for (const word of b) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of a) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    same++;
    left.set(word, count - 1);
  }
  return same === 0 ? 0 : (2 * same) / (a.length + b.length);
}
