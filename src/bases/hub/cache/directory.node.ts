import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloads are kept: `REGRAFT_CACHE`, else the operating system's folder for caches. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (environment.REGRAFT_CACHE) return environment.REGRAFT_CACHE;
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'regraft', 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'regraft');
  return join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'regraft');
}
