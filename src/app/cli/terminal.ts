/** Where the program writes; a test gives its own. */
export interface Terminal {
  /** The result, and nothing else. */
  out(text: string): void;
  /** Errors, notes and progress. */
  err(text: string): void;
  /** Whether a person is watching: then there is a progress bar. */
  readonly isInteractive: boolean;
  readonly columns: number;
  readonly signal: AbortSignal;
}

/** This process's terminal. The first Ctrl-C asks the work to stop, the second ends the process as it would any other. */
export function processTerminal(): Terminal {
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
    process.stderr.write('\nStopping after this step; Ctrl-C again to stop at once.\n');
  });
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isInteractive: process.stdout.isTTY === true && process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 100,
    signal: stop.signal,
  };
}
