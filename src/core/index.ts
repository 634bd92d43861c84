export type { ErrorCode } from './error-table.js';
export * from './errors.js';
export * from './events.js';
export * from './file-failure.js';
export * from './permute.js';
export * from './random.js';
export * from './row.js';
export * from './tensor.js';
export { type Unzipped, unzip } from './unzip.js';
