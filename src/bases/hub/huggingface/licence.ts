import { parse } from 'yaml';
import { z } from 'zod';

/** The licence part of a model card's metadata. */
export const cardForm = z.object({
  license: z.union([z.string(), z.array(z.string())]).nullish(),
  license_name: z.string().nullish(),
});

/**
 * SPDX identifiers of the Hub's names of licences, where they are more than the name in another case.
 * Source: the Hub's documentation, "Licenses"; the SPDX licence list.
 */
const spdx: readonly string[] = [
  ...[
    'Apache-2.0',
    'MIT',
    'ISC',
    'Zlib',
    'Unlicense',
    'WTFPL',
    'BSL-1.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BSD-3-Clause-Clear',
    'PostgreSQL',
    'NCSA',
  ],
  ...[
    'GPL-2.0',
    'GPL-3.0',
    'LGPL-2.1',
    'LGPL-3.0',
    'AGPL-3.0',
    'MPL-2.0',
    'EPL-1.0',
    'EPL-2.0',
    'EUPL-1.1',
    'EUPL-1.2',
    'OSL-3.0',
    'MS-PL',
    'LPPL-1.3c',
  ],
  ...['AFL-3.0', 'Artistic-2.0', 'ECL-2.0', 'OFL-1.1', 'CC0-1.0', 'CC-BY-2.0', 'CC-BY-2.5', 'CC-BY-3.0', 'CC-BY-4.0', 'CC-BY-SA-3.0', 'CC-BY-SA-4.0'],
  ...['CC-BY-NC-2.0', 'CC-BY-NC-3.0', 'CC-BY-NC-4.0', 'CC-BY-ND-4.0', 'CC-BY-NC-ND-3.0', 'CC-BY-NC-ND-4.0', 'CC-BY-NC-SA-2.0', 'CC-BY-NC-SA-3.0'],
  ...['CC-BY-NC-SA-4.0', 'CDLA-Sharing-1.0', 'CDLA-Permissive-1.0', 'CDLA-Permissive-2.0', 'ODC-By-1.0', 'ODbL-1.0', 'PDDL-1.0'],
];

const renamed: ReadonlyMap<string, string> = new Map([
  ['odc-by', 'ODC-By-1.0'],
  ['odbl', 'ODbL-1.0'],
  ['pddl', 'PDDL-1.0'],
]);

/** The licence that a model card states, by its SPDX identifier where there is one; of several, all hold. `undefined` where it states none. */
export function licenceOfCard({ license, license_name: own }: z.infer<typeof cardForm>): string | undefined {
  const names = [license ?? []].flat().filter((name) => name !== '' && name !== 'unknown');
  const known = names.map((name) => (name === 'other' && own ? own : identifierOf(name)));
  return known.length === 0 ? undefined : known.join(' AND ');
}

/** The licence that the text of a model card states, in the YAML at its beginning. */
export function licenceOfReadme(text: string): string | undefined {
  const [, metadata] = /^\s*---\r?\n([\s\S]*?)\r?\n---/.exec(text) ?? [];
  const card = cardForm.safeParse(metadata === undefined ? undefined : parseYaml(metadata));
  return card.success ? licenceOfCard(card.data) : undefined;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function identifierOf(name: string): string {
  const wanted = name.trim().toLowerCase();
  return renamed.get(wanted) ?? spdx.find((identifier) => identifier.toLowerCase() === wanted) ?? name.trim();
}
