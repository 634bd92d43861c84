/** What vitest found, as the reporter hands it to the test command. */
export interface Outcome {
  readonly passed: number;
  /** Names of the tests, and of the files that could not be loaded. */
  readonly failed: readonly string[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}
