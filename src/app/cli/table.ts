/** Rows under a heading, in columns as wide as their widest cell; those behind the first that hold quantities are aligned to the right. Lines are indented by two spaces. */
export function table(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  const texts = rows.map((row) => row.map(cellText));
  const widths = heading.map((title, column) => Math.max(title.length, ...texts.map((row) => (row[column] ?? '').length)));
  const isQuantity = heading.map((_, column) => column > 0 && texts.every((row) => /^[<>]?\d[^×]*$/.test(row[column] ?? '')));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, column) => (isQuantity[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ')}`.trimEnd();
  return [line(heading), ...texts.map(line)];
}

/** 1,234,567 */
function cellText(cell: string | number): string {
  return typeof cell === 'number' ? cell.toLocaleString('en') : cell;
}

/** 1.81 G, 148 M, 5.1 k */
export function short(value: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  const unit = value < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${Number((value / 1000 ** unit).toPrecision(3))}${units[unit]}`;
}

/** 44.7 MB */
export function bytesText(bytes: number): string {
  return `${short(bytes)}${bytes < 1000 ? ' ' : ''}B`;
}

/** 3.2%; <0.1% and >99.9% for what is almost nothing or all. */
export function percent(share: number): string {
  if (share < 1 && share > 0.999) return '>99.9%';
  return share > 0 && share < 0.001 ? '<0.1%' : `${Number((share * 100).toFixed(1))}%`;
}
