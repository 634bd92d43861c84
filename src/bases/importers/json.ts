export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** Levels of lists and objects in each other at most: more exhaust the stack of whoever walks them. */
const MOST_LEVELS = 500;

/** @param text as such or in UTF-8 @throws Error, also for values nested too deeply and for more text than a string can hold */
export function parseJson(text: string | Uint8Array): Json {
  const value = JSON.parse(typeof text === 'string' ? text : new TextDecoder().decode(text)) as Json;
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) throw new SyntaxError(`Values are nested more than ${MOST_LEVELS} levels deep`);
    level = level.filter((item) => typeof item === 'object' && item !== null).flatMap((item) => Object.values(item) as Json[]);
  }
  return value;
}
