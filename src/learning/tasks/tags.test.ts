import { expect, it } from 'vitest';
import { entitiesOf } from './tags.js';

/** Entities as `LABEL first-last`. */
function spell(tags: string): string[] {
  return entitiesOf(tags.split(' ')).map(({ label, first, last }) => `${label} ${first}-${last}`);
}

// What seqeval's get_entities gives in its default mode; its L and U are those of BILOU, read as E and S.
it.each([
  // IOB2
  ['B-PER I-PER O B-LOC', ['PER 0-1', 'LOC 3-3']],
  ['B-PER B-PER I-PER', ['PER 0-0', 'PER 1-2']],
  // IOB1: an entity begins with I, and with B right behind another of its label.
  ['I-PER I-PER O I-LOC', ['PER 0-1', 'LOC 3-3']],
  ['I-PER B-PER I-PER', ['PER 0-0', 'PER 1-2']],
  // IOBES
  ['B-PER I-PER E-PER S-LOC', ['PER 0-2', 'LOC 3-3']],
  ['S-PER S-PER', ['PER 0-0', 'PER 1-1']],
  // BILOU
  ['B-PER I-PER L-PER U-LOC O', ['PER 0-2', 'LOC 3-3']],
  ['U-PER U-PER', ['PER 0-0', 'PER 1-1']],
  // Tags that no scheme allows: I behind O, E without B, other labels within, what goes on behind an end.
  ['O I-PER O', ['PER 1-1']],
  ['O E-PER O', ['PER 1-1']],
  ['B-PER I-LOC I-LOC', ['PER 0-0', 'LOC 1-2']],
  ['E-PER E-PER', ['PER 0-0', 'PER 1-1']],
  ['B-PER E-PER I-PER', ['PER 0-1', 'PER 2-2']],
  ['S-PER I-PER', ['PER 0-0', 'PER 1-1']],
  ['S-PER E-PER', ['PER 0-0', 'PER 1-1']],
  ['I-PER E-LOC', ['PER 0-0', 'LOC 1-1']],
  ['O O', []],
  // Labels with dashes, as some data has them.
  ['B-a-b I-a-b', ['a-b 0-1']],
  // Parts of speech.
  ['DET NOUN NOUN O', ['DET 0-0', 'NOUN 1-1', 'NOUN 2-2']],
])('reads %s', (tags, entities) => {
  expect(spell(tags)).toEqual(entities);
});

it('finds no entity where there are no tags', () => {
  expect(entitiesOf([])).toEqual([]);
});
