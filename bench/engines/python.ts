import { spawnSync } from 'node:child_process';

export type Python = { readonly command: string } | { readonly absent: string };

/** The interpreter that an environment variable names, if it has PyTorch; the system's own (Debian's) where the classic one is not named. */
export function findPython(which: 'CLASSIC' | 'MODERN'): Python {
  const variable = `REGRAFT_PYTHON_${which}`;
  const command = process.env[variable] ?? (which === 'CLASSIC' ? '/usr/bin/python3' : undefined);
  if (command === undefined) return { absent: `${variable} is not set` };
  const { status } = spawnSync(command, ['-c', 'import torch'], { stdio: 'ignore' });
  return status === 0 ? { command } : { absent: `${variable}: ${command} has no PyTorch` };
}

/** Any interpreter with PyTorch, the older one first. */
export function anyPython(): Python {
  const classic = findPython('CLASSIC');
  return 'absent' in classic ? findPython('MODERN') : classic;
}
