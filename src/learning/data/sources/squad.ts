import * as z from 'zod';
import { fail } from '../../../core/index.js';
import type { Dataset } from '../dataset.js';
import { readText } from '../files.js';
import { type TableOptions, tableDataset } from './tables/dataset.js';
import { memoryTable, type TableRow } from './tables/table.js';

const questionSchema = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  question: z.string(),
  answers: z.array(z.object({ text: z.string(), answer_start: z.number() })).default([]),
  is_impossible: z.boolean().default(false),
});
const squadSchema = z.object({
  data: z.array(z.object({ title: z.string().optional(), paragraphs: z.array(z.object({ context: z.string(), qas: z.array(questionSchema) })) })),
});
type Squad = z.output<typeof squadSchema>;

const COLUMNS = ['id', 'title', 'question', 'context', 'answers'];

/**
 * Questions about paragraphs in the JSON of SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, 2018), held in memory. A question that is marked as
 * impossible has no answers.
 * @throws DATA_NOT_FOUND, DATA_UNREADABLE, DATA_FORMAT_BROKEN, DATA_EMPTY
 */
export async function openSquad(path: string, options: TableOptions): Promise<Dataset> {
  const rows = [...questions(parseSquad(await readText(options.files, path), path))];
  const table = memoryTable(path, COLUMNS, rows);
  return tableDataset(table, { ...options, content: 'text', target: options.target ?? 'answers' });
}

function* questions({ data }: Squad): Generator<TableRow> {
  let line = 0;
  for (const { title, paragraphs } of data) {
    for (const { context, qas } of paragraphs) {
      for (const { id, question, answers, is_impossible: isImpossible } of qas) {
        const cells: Readonly<Record<string, unknown>> = { id, title, question, context, answers: isImpossible ? [] : answers };
        yield { line: ++line, cell: (column) => cells[column] };
      }
    }
  }
}

function parseSquad(text: string, file: string): Squad {
  const format = 'SQuAD JSON';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    fail('DATA_FORMAT_BROKEN', { file, format, reason: error instanceof Error ? error.message : String(error) }, error);
  }
  const { data, error } = squadSchema.safeParse(json);
  const issue = error?.issues[0];
  return data ?? fail('DATA_FORMAT_BROKEN', { file, format, reason: `${issue?.path.join('.') || 'the file'}: ${issue?.message}` });
}
