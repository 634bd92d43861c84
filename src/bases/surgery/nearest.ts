import { closest } from 'fastest-levenshtein';
import { didYouMean } from '../../core/index.js';
import type { Parameter } from './parameters.js';

/** The known name most like `name`, for did-you-mean. */
export function nearest(name: string, known: readonly string[]): string {
  return known.length === 0 ? '' : closest(name, known as string[]);
}

/** ` Did you mean …?` with the parameter or module (`layer4`, `layer4.0`) most like a name or a regular expression that matches none. */
export function parameterHint(text: string, parameters: readonly Parameter[]): string {
  const literal = text.replace(/[\\^$]/g, '').replace(/(\.\*|\.)$/, '');
  const modules = parameters.flatMap(({ name }) => [...name.matchAll(/[./]/g)].map(({ index }) => name.slice(0, index)));
  return didYouMean(literal, [...new Set([...modules, ...parameters.map(({ name }) => name)])]);
}
