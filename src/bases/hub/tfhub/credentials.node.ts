import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { fail } from '../../../core/index.js';

const fileForm = z.object({ username: z.string(), key: z.string() });

/**
 * The user's own Kaggle credentials as an `Authorization` header, from where Kaggle's clients look for them: KAGGLE_API_TOKEN; KAGGLE_USERNAME and
 * KAGGLE_KEY; kaggle.json in KAGGLE_CONFIG_DIR, else in ~/.kaggle. Most models need none.
 * @throws HUB_CREDENTIALS_INVALID for a kaggle.json that is not one
 */
export async function kaggleAuthorization(): Promise<string | undefined> {
  const { KAGGLE_API_TOKEN: token, KAGGLE_USERNAME: username, KAGGLE_KEY: key, KAGGLE_CONFIG_DIR: folder } = process.env;
  if (token) return `Bearer ${token}`;
  if (username && key) return basic(username, key);
  const file = join(folder ?? join(homedir(), '.kaggle'), 'kaggle.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const stored = fileForm.safeParse(parse(text));
  if (!stored.success) fail('HUB_CREDENTIALS_INVALID', { file });
  return basic(stored.data.username, stored.data.key);
}

function basic(username: string, key: string): string {
  return `Basic ${Buffer.from(`${username}:${key}`).toString('base64')}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
