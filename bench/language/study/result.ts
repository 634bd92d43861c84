import { pathTo } from '../../paths.js';
import type { StudyResult } from '../../study/result.js';

/** docs/results/language.json. */
export interface LanguageResult extends StudyResult {
  readonly base: string;
  readonly batch: number;
  readonly validationDraw: number;
}

export const LANGUAGE_RESULT = pathTo('docs/results/language.json');
