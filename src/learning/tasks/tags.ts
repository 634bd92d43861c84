/** A stretch of words with one label: `PER` from the first word to the last, both included. */
export interface Entity {
  readonly label: string;
  readonly first: number;
  readonly last: number;
}

/** A tag is a prefix and a label: `B-PER`; those without a prefix are labels by themselves. */
function parts(tag: string): readonly [prefix: string, label: string] {
  const match = tag.match(/^([BIESLU])-(.*)$/s);
  return match ? [match[1] as string, match[2] as string] : [tag === 'O' ? 'O' : '', tag];
}

/**
 * The entities that tags of words spell, in the schemes IOB2, IOB1, IOBES and BILOU alike, as the default mode of seqeval and conlleval read them: an
 * entity goes on as long as its label does and no tag begins a new one or has ended it. Where tags have no prefixes, each word but `O` is one.
 */
export function entitiesOf(tags: readonly string[]): Entity[] {
  const found: Entity[] = [];
  let open: { label: string; first: number } | undefined;
  let before: readonly [string, string] = ['O', 'O'];
  const close = (last: number): void => {
    if (open) found.push({ ...open, last });
    open = undefined;
  };
  tags.forEach((tag, word) => {
    const [prefix, label] = parts(tag);
    if (prefix === 'O') close(word - 1);
    else if (open === undefined || begins(before, [prefix, label])) {
      close(word - 1);
      open = { label, first: word };
    }
    before = [prefix, label];
  });
  close(tags.length - 1);
  return found;
}

/** Whether a tag after another one, within an entity, begins a new entity. */
function begins([before, labelBefore]: readonly [string, string], [prefix, label]: readonly [string, string]): boolean {
  return label !== labelBefore || prefix === '' || 'BSU'.includes(prefix) || 'ESLU'.includes(before);
}
