import type { FoundModel, SearchResult } from '../../workflow/index.node.js';
import { short, table } from '../table.js';

/** What the sections of the list are called, in order. */
const sections: Readonly<Record<FoundModel['importable'], string>> = {
  yes: 'Regraft imports these',
  untried: 'Not tried with Regraft; regraft inspect ADDRESS tells',
  'not yet': 'Regraft cannot import these yet',
};

/** Models as a terminal of so many columns shows them, in tables by whether Regraft imports them. */
export function searchText({ query, models, notes }: SearchResult, columns: number): string {
  const parts = Object.entries(sections).flatMap(([importable, title]) => {
    const rows = models.filter((model) => model.importable === importable);
    return rows.length === 0 ? [] : [`${title}\n${modelTable(rows, columns).join('\n')}`];
  });
  const empty = `Nothing was found${query === '' ? '' : ` for "${query}"`}.${models.length === 0 ? ' Try fewer words or filters.' : ''}`;
  const remarks = notes.map((note) => `Note: ${note}`).join('\n');
  const next = models[0]?.importable === 'not yet' || models[0] === undefined ? '' : `Next: regraft inspect ${models[0].uri}`;
  return [...(parts.length > 0 ? parts : [empty]), [remarks, next].filter((text) => text !== '').join('\n')]
    .filter((text) => text !== '')
    .join('\n\n');
}

/** An address narrower than this is never put on a line of its own. */
const NARROWEST = 24;

/** Longest text of a cell: hubs have licences whose names are sentences. */
const LONGEST = 20;

/** Columns of facts; on a narrow terminal the last ones go first. */
const facts: Readonly<Record<string, (model: FoundModel) => string>> = {
  task: ({ task = '' }) => task,
  parameters: ({ parameters }) => (parameters === undefined ? '' : short(parameters).replace(' ', '')),
  licence: ({ licence = '' }) => licence,
  metric: ({ metrics: [metric] = [] }) => (metric === undefined ? '' : `${(metric.value * 100).toFixed(1)}% ${metric.name.replace('ImageNet ', '')}`),
  input: ({ input = '' }) => input,
};

/** The address of a model stands before its facts, or above them where it is too long. */
function modelTable(models: readonly FoundModel[], columns: number): string[] {
  const [heading = '', ...lines] = factTable(models, columns - NARROWEST - 2);
  const room = Math.max(NARROWEST, columns - Math.max(heading.length, ...lines.map(({ length }) => length)) - 2);
  const width = Math.max('address'.length, ...models.map(({ uri }) => uri.length).filter((length) => length <= room));
  const rows = models.flatMap(({ uri }, row) => {
    const line = lines[row] ?? '';
    const above = uri.length > width ? [`  ${uri}`] : [];
    return [...above, `  ${(above.length > 0 ? '' : uri).padEnd(width)}${line}`.trimEnd()];
  });
  return [`  ${'address'.padEnd(width)}${heading}`.trimEnd(), ...rows].filter((line) => line !== '');
}

/** Without control characters, which a hub could send to change what the terminal shows. */
function cellText(text: string): string {
  const plain = text.replace(/\p{Cc}/gu, '');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
}

/** The columns that say anything, as many as there is room for. */
function factTable(models: readonly FoundModel[], room: number): string[] {
  const names = Object.keys(facts).filter((name) => models.some((model) => facts[name]?.(model)));
  const drawn = names.map((_, dropped) => {
    const kept = names.slice(0, names.length - dropped);
    return table(
      kept,
      models.map((model) => kept.map((name) => cellText(facts[name]?.(model) ?? ''))),
    );
  });
  return drawn.find((lines) => lines.every(({ length }) => length <= room)) ?? models.map(() => '');
}
