import type { ResultTable } from './data.js';

const digits = { maximumFractionDigits: 1, minimumFractionDigits: 1 } as const;

/** `57.4%` for a share, four significant digits otherwise. */
export function formatValue(value: number, unit: ResultTable['unit']): string {
  return unit === 'share' ? `${(value * 100).toLocaleString('en', digits)}%` : value.toLocaleString('en', { maximumSignificantDigits: 4 });
}

/** `0.8 s`, `42 s`, `3 min 5 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toLocaleString('en', digits)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
