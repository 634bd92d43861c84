import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

// What the Hub's own clients take from the environment. Source: huggingface_hub, constants.py and utils/_auth.py.

/** The Hub, or the mirror that HF_ENDPOINT names; without a slash at the end. */
export function huggingFaceEndpoint(): string {
  return (process.env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, '');
}

function home(): string {
  const { HF_HOME, XDG_CACHE_HOME } = process.env;
  return HF_HOME ? expanded(HF_HOME) : join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
}

/** The folder of all repositories: HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, else `hub` in HF_HOME. */
export function huggingFaceCache(): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE } = process.env;
  return expanded(HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE || join(home(), 'hub'));
}

/**
 * The user's token as an `Authorization` header: HF_TOKEN, HUGGING_FACE_HUB_TOKEN, else the file that signing in writes (HF_TOKEN_PATH, else
 * `token` in HF_HOME). None with HF_HUB_DISABLE_IMPLICIT_TOKEN.
 */
export async function huggingFaceAuthorization(): Promise<string | undefined> {
  const { HF_TOKEN, HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH } = process.env;
  if (isSet('HF_HUB_DISABLE_IMPLICIT_TOKEN')) return undefined;
  const file = expanded(HF_TOKEN_PATH || join(home(), 'token'));
  const token = HF_TOKEN || HUGGING_FACE_HUB_TOKEN || (await readFile(file, 'utf8').catch(() => ''));
  const clean = token.replace(/[\r\n]/g, '').trim();
  return clean === '' ? undefined : `Bearer ${clean}`;
}

export function isHuggingFaceOffline(): boolean {
  return isSet('HF_HUB_OFFLINE') || isSet('TRANSFORMERS_OFFLINE');
}

/** Whether the files of the cache may be links. */
export function allowsLinks(): boolean {
  return !isSet('HF_HUB_DISABLE_SYMLINKS');
}

function isSet(name: string): boolean {
  return /^(?:1|on|yes|true)$/i.test(process.env[name] ?? '');
}

function expanded(path: string): string {
  return path.replace(/^~(?=$|[\\/])/, homedir()).replace(/\$(?:\{(\w+)\}|(\w+))/g, (text, braced, bare) => process.env[braced ?? bare] ?? text);
}
