import { expect, it } from 'vitest';
import { scoreAnswer } from './squad.js';

// By the rules of SQuAD's evaluate-v2.0.py: lower case, no ASCII punctuation, no articles, blanks joined; F1 over the bags of words.
it.each<[string, string[], number, number]>([
  ['The Cat!', ['cat'], 1, 1],
  ['a  big   cat', ['Big cat.'], 1, 1],
  ['the big cat', ['cat'], 0, 2 / 3],
  ['cat cat', ['cat'], 0, 2 / 3],
  ['dog', ['cat'], 0, 0],
  ['dog', ['cat', 'the dog'], 1, 1],
  ['big dog', ['big cat', 'dog'], 0, 2 / 3],
  ['', [], 1, 1],
  ['cat', [], 0, 0],
  ['', ['cat'], 0, 0],
  // An answer of nothing but articles and marks is none.
  ['the', [], 1, 1],
  ['', ['...'], 1, 1],
  // Punctuation joins what it divided: 1,000 and 1000; typographic marks stay, as Python's string.punctuation has none of them.
  ['1,000', ['1000'], 1, 1],
  ['“cat”', ['cat'], 0, 0],
  // Articles are words of any script, not letters beside one with an accent.
  ['año', ['año'], 1, 1],
  ['año', ['ño'], 0, 0],
  ['ça', ['ç'], 0, 0],
  ['à la carte', ['à la carte'], 1, 1],
])('%j beside %j', (given, right, exact, f1) => {
  expect(scoreAnswer(given, right)).toEqual({ exact, f1: expect.closeTo(f1, 12) });
});
