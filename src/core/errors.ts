import { type ErrorCode, errorTable } from './error-table.js';

export type ErrorValues = Readonly<Record<string, string | number>>;

/** An error for people: a stable code, a message with the values in it, and what to do about it. */
export class RegraftError extends Error {
  readonly code: ErrorCode;
  readonly values: ErrorValues;
  /** What the reader can do. */
  readonly remedy: string;
  /** Anchor in docs/errors.md. */
  readonly docs: string;

  constructor(code: ErrorCode, values: ErrorValues, options?: { readonly cause: unknown }) {
    const row = errorTable[code];
    super(fillTemplate(row.message, values), options);
    this.name = 'RegraftError';
    this.code = code;
    this.values = values;
    this.remedy = fillTemplate(row.remedy, values);
    this.docs = `docs/errors.md#${code.toLowerCase()}`;
  }

  toJSON(): object {
    return { code: this.code, message: this.message, remedy: this.remedy, docs: this.docs, values: this.values };
  }
}

/** @throws always, a {@link RegraftError} with the row `code` of the error table filled with `values`. */
export function fail(code: ErrorCode, values: ErrorValues, cause?: unknown): never {
  throw new RegraftError(code, values, cause === undefined ? undefined : { cause });
}

function fillTemplate(template: string, values: ErrorValues): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, key: string) => String(values[key] ?? placeholder));
}
