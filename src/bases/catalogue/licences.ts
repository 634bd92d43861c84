/**
 * Licences that models are published under: SPDX identifiers, and names that hubs give to licences without one.
 * Source: the SPDX licence list; the licence identifiers of Hugging Face's model cards.
 */
export const licences: readonly string[] = [
  ...['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BSD-3-Clause-Clear', 'ISC', 'Zlib', 'Unlicense', 'WTFPL', 'BSL-1.0', '0BSD'],
  ...['MPL-2.0', 'EPL-1.0', 'EPL-2.0', 'EUPL-1.1', 'EUPL-1.2', 'MS-PL', 'AFL-3.0', 'Artistic-2.0', 'ECL-2.0', 'OFL-1.1', 'PostgreSQL'],
  ...['GPL-2.0', 'GPL-3.0', 'GPL-2.0-only', 'GPL-2.0-or-later', 'GPL-3.0-only', 'GPL-3.0-or-later', 'LGPL-2.1', 'LGPL-3.0', 'AGPL-3.0'],
  ...['CC0-1.0', 'CC-BY-2.0', 'CC-BY-2.5', 'CC-BY-3.0', 'CC-BY-4.0', 'CC-BY-SA-3.0', 'CC-BY-SA-4.0', 'CC-BY-NC-2.0', 'CC-BY-NC-3.0'],
  ...['CC-BY-NC-4.0', 'CC-BY-NC-ND-3.0', 'CC-BY-NC-ND-4.0', 'CC-BY-NC-SA-3.0', 'CC-BY-NC-SA-4.0', 'CC-BY-ND-4.0', 'PDDL-1.0', 'ODbL-1.0'],
  ...['openrail', 'openrail++', 'bigscience-openrail-m', 'bigscience-bloom-rail-1.0', 'bigcode-openrail-m', 'creativeml-openrail-m'],
  ...[
    'llama2',
    'llama3',
    'llama3.1',
    'llama3.2',
    'llama3.3',
    'llama4',
    'gemma',
    'apple-amlr',
    'deepfloyd-if-license',
    'fair-noncommercial-research-license',
  ],
  ...['other'],
];

/** How Kaggle writes licences that have an identifier. */
const names: ReadonlyMap<string, string> = new Map([
  ['apache 2.0', 'Apache-2.0'],
  ['bsd-3-clause', 'BSD-3-Clause'],
  ['gpl 3', 'GPL-3.0'],
  ['gpl 2', 'GPL-2.0'],
  ['cc by 4.0', 'CC-BY-4.0'],
  ['cc by-sa 4.0', 'CC-BY-SA-4.0'],
  ['cc by-nc 4.0', 'CC-BY-NC-4.0'],
  ['cc by-nc-sa 4.0', 'CC-BY-NC-SA-4.0'],
  ['attribution 4.0 international (cc by 4.0)', 'CC-BY-4.0'],
  ['cc0: public domain', 'CC0-1.0'],
]);

/** The identifier of a licence however it is written; what is unknown stays as it is. */
export function licenceOf(text: string): string {
  const wanted = text.trim().toLowerCase();
  return names.get(wanted) ?? licences.find((licence) => licence.toLowerCase() === wanted) ?? text.trim();
}

/** Every word a licence can be asked for by: its identifier, and the beginnings of it that end before a hyphen (`cc-by`, `bsd`). */
export const licenceWords: readonly string[] = [...new Set(licences.flatMap((licence) => beginnings(licence.toLowerCase())))];

/**
 * Whether a stated licence is the wanted one or of its family: `cc-by` takes CC-BY-4.0 and CC-BY-SA-4.0, `bsd` BSD-3-Clause. Of licences to choose
 * from (`MIT OR Apache-2.0`) one is enough; of those that hold together (`AND`) all have to be wanted.
 */
export function isLicence(stated: string, wanted: string): boolean {
  const family = licenceOf(wanted).toLowerCase();
  const choices = stated.replace(/[()]/g, '').split(/\s+OR\s+/i);
  return choices.some((choice) => choice.split(/\s+AND\s+/i).every((each) => beginnings(licenceOf(each).toLowerCase()).includes(family)));
}

function beginnings(licence: string): readonly string[] {
  const parts = licence.split('-');
  return parts.map((_, count) => parts.slice(0, count + 1).join('-'));
}
