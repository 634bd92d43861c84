import { spawnSync } from 'node:child_process';
import { pathTo } from '../paths.js';
import { serve } from './child.js';

await serve(async () => ({
  versions: { node: process.versions.node },
  parameters: 0,
  run: async () => {
    const { status } = spawnSync(process.execPath, [pathTo('dist/app/cli/main.js'), '--help'], { stdio: 'ignore' });
    if (status !== 0) throw new Error('regraft --help failed.');
    return 0;
  },
}));
