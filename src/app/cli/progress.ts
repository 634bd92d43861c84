import type { Events } from '../../core/index.js';
import type { Progress, WorkflowEvents } from '../workflow/index.node.js';
import type { Terminal } from './terminal.js';

const BAR = 24;
/** Milliseconds between two drawings; more would flicker and cost time. */
const INTERVAL = 80;
const CLEAR = '\r\u001b[K';

/** Shows notes, and a progress bar where a person is watching; the returned function removes the bar. */
export function showProgress(events: Events<WorkflowEvents>, terminal: Terminal): () => void {
  let drawn = 0;
  const clear = (): void => {
    if (drawn > 0) terminal.err(CLEAR);
    drawn = 0;
  };
  events.on('note', ({ text }) => {
    clear();
    terminal.err(`${text}\n`);
  });
  events.on('progress', (progress) => {
    const now = performance.now();
    if (!terminal.isInteractive || (now - drawn < INTERVAL && progress.done !== progress.total)) return;
    drawn = now;
    terminal.err(`${CLEAR}${drawProgress(progress, terminal.columns)}`);
  });
  return clear;
}

/** `epoch 2  ██████░░░░░░  50%  loss 0.412`, cut to the width of the terminal. */
export function drawProgress({ stage, done, total, detail = '' }: Progress, columns: number): string {
  const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
  const filled = Math.round((share ?? 0) * BAR);
  const bar = share === undefined ? String(done) : `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${Math.round(share * 100)}%`;
  return `${stage}  ${bar}  ${detail}`.trimEnd().slice(0, columns - 1);
}
