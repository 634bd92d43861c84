import { type ErrorCode, RegraftError } from '../../core/index.js';

/** Codes beyond CLI_* and SPEC_* that mean the request was wrong, not that the work failed. */
const requestErrors: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BATCH_FIXED',
  'BUNDLE_NOT_FOUND',
  'BUNDLE_PATH_TAKEN',
  'DATA_LABEL_UNKNOWN',
  'DATA_NO_LABELS',
  'DATA_NOT_FOUND',
  'DATA_TARGETS_DIFFER',
  'DATA_FORMAT_UNKNOWN',
  'DATA_COLUMN_MISSING',
  'DATA_COLUMN_REQUIRED',
  'DATA_COLUMN_TWICE',
  'DATA_TRANSFORM_INVALID',
  'DATA_TRANSFORM_ORDER',
  'DIFF_TARGET',
  'EVALUATE_NO_DATA',
  'EVALUATE_SPLIT',
  'EVALUATE_SPLIT_DATA',
  'FREEZE_NO_MATCH',
  'GROUP_NO_MATCH',
  'HUB_APPLICATION_UNKNOWN',
  'HUB_FILE_MISSING',
  'HUB_LOCK_INVALID',
  'HUB_NOT_CACHED',
  'HUB_NOT_FOUND',
  'HUB_PACKAGE_MISSING',
  'HUB_PATH_MISSING',
  'HUB_PATH_NOT_IN_PACKAGE',
  'HUB_SCHEME_UNKNOWN',
  'HUB_SCHEME_UNSUPPORTED',
  'HUB_URI_INVALID',
  'HUB_URL_REFUSED',
  'IMPORT_AMBIGUOUS',
  'IMPORT_FORMAT_UNKNOWN',
  'INIT_EXISTS',
  'INIT_NO_TASK',
  'METRIC_UNKNOWN',
  'REGEX_INVALID',
  'RUN_EXISTS',
  'RUN_NOT_FOUND',
  'RUN_PATH_TAKEN',
  'SEARCH_VALUE_UNKNOWN',
  'TAP_UNKNOWN',
  'TASK_CONTENT',
  'TASK_TARGET',
  'TRAIN_NOTHING',
]);

/** 2 when the request was wrong (bad flag, bad spec, missing file), 1 when the work failed. */
export function exitCodeOf(error: unknown): 1 | 2 {
  if (!(error instanceof RegraftError)) return 1;
  return /^(CLI|SPEC)_/.test(error.code) || requestErrors.has(error.code) ? 2 : 1;
}

/** The error as `--json` prints it. */
export function failureDocument(error: unknown): object {
  if (error instanceof RegraftError) return { error: error.toJSON() };
  return { error: { code: 'UNEXPECTED', message: messageOf(error) } };
}

/** The error for people; with `REGRAFT_DEBUG` set, also where it came from. */
export function failureText(error: unknown): string {
  const trace = process.env['REGRAFT_DEBUG'] && error instanceof Error ? `\n${error.stack}` : '';
  if (error instanceof RegraftError) return `Error: ${error.message}\n  ${error.remedy}\n  ${error.docs}${trace}\n`;
  return `Error: ${messageOf(error)}\n  This is not one of the errors Regraft expects. REGRAFT_DEBUG=1 shows where it came from.${trace}\n`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
