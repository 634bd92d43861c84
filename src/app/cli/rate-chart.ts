const HEIGHT = 10;
/** Places left of the chart, for the loss. */
const MARGIN = 9;

/** Losses over the logarithm of learning rates as lines of text, `columns` wide; a mark below tells where `marked` is. */
export function rateChart(rates: readonly number[], losses: readonly number[], marked: number, columns: number): string[] {
  const width = Math.max(20, Math.min(rates.length, columns - MARGIN - 1));
  const column = (index: number): number => Math.round((index / Math.max(1, rates.length - 1)) * (width - 1));
  const [lowest, highest] = [Math.min(...losses), Math.max(...losses)];
  const line = (loss: number): number => Math.round(((highest - loss) / (highest - lowest || 1)) * (HEIGHT - 1));
  const cells = Array.from({ length: HEIGHT }, () => new Array<string>(width).fill(' '));
  for (const [i, loss] of losses.entries()) (cells[line(loss)] as string[])[column(i)] = '•';
  const labels = new Map([
    [0, highest],
    [HEIGHT - 1, lowest],
  ]);
  const lines = cells.map((row, i) => `${(labels.get(i)?.toFixed(3) ?? '').padStart(MARGIN - 2)} │${row.join('')}`.trimEnd());
  const at = column(rates.findIndex((rate) => rate >= marked));
  const [first, last] = [rates[0] ?? 0, rates.at(-1) ?? 0].map((rate) => rate.toExponential(0)) as [string, string];
  const indent = ' '.repeat(MARGIN);
  return [
    ...lines,
    `${' '.repeat(MARGIN - 1)}└${'─'.repeat(width)}`,
    `${indent}${' '.repeat(at)}▲`,
    `${indent}${first}${last.padStart(width - first.length)}`,
  ];
}
