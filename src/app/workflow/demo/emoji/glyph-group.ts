const SKIN_TONES = new Set(['1f3fb', '1f3fc', '1f3fd', '1f3fe', '1f3ff']);
const VARIATION = 'fe0f';
const JOINER = '200d';

/** Man and woman are drawn as variants of the person, and so on; the signs ♀ and ♂ mark the gender of a glyph. */
const NEUTRAL: ReadonlyMap<string, string> = new Map([
  ['1f468', '1f9d1'],
  ['1f469', '1f9d1'],
  ['1f466', '1f9d2'],
  ['1f467', '1f9d2'],
  ['1f474', '1f9d3'],
  ['1f475', '1f9d3'],
]);
const GENDER_SIGNS = new Set(['2640', '2642']);
/** Right-facing variants. */
const DIRECTION = '27a1';

/** Variants with code points of their own. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  crown: ['1fac5', '1f934', '1f478'],
  santa: ['1f385', '1f936', '1f9d1-1f384'],
  dancing: ['1f57a', '1f483'],
  pregnant: ['1f930', '1fac3', '1fac4'],
  feeding: ['1f931', '1f9d1-1f37c'],
  'holding-hands': ['1f46b', '1f46c', '1f46d', '1f9d1-1f91d-1f9d1'],
  'couple-with-heart': ['1f491', '1f9d1-2764-1f9d1'],
  kiss: ['1f48f', '1f9d1-2764-1f48b-1f9d1'],
  family: ['1f46a'],
};

const FAMILY_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(FAMILIES).flatMap(([family, members]) => members.map((member) => [member, family] as const)),
);

/** Several grown-ups and children and nobody else. */
const FAMILY_PORTRAIT = /^1f9d[12](?:-1f9d[12])+$/;
/** The 24 faces of the clock differ in their hands alone. */
const CLOCK = /^1f5(?:5[0-9a-f]|6[0-7])$/;

/**
 * What an emoji depicts, whatever its gender, skin tone or direction: drawings of one group are near duplicates and belong on the
 * same side of a split. `1F469-200D-1F692` (woman firefighter) and `1F9D1-200D-1F692` have the group `1f9d1-1f692`.
 *
 * @param unified the code points in hexadecimal, joined by dashes, as emoji-datasource writes them
 */
export function glyphGroup(unified: string): string {
  const codes = unified
    .toLowerCase()
    .split('-')
    .filter((code) => code !== VARIATION && code !== JOINER && code !== DIRECTION && !SKIN_TONES.has(code) && !GENDER_SIGNS.has(code))
    .map((code) => NEUTRAL.get(code) ?? code);
  // The signs of gender and the tones are emoji of their own, too.
  const group = codes.length === 0 ? unified.toLowerCase() : codes.join('-');
  if (FAMILY_PORTRAIT.test(group)) return 'family';
  return CLOCK.test(group) ? 'clock' : (FAMILY_OF.get(group) ?? group);
}
