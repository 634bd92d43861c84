import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const siblingUrl = /new URL\(\s*(['"])(\.[^'"]+\.js)\1,\s*import\.meta\.url\s*,?\s*\)/g;

/**
 * Tests run on the TypeScript sources, but a worker thread starts from a compiled file. `new URL('./worker.node.js',
 * import.meta.url)` therefore means the built file in dist/ while testing; the sources need no special case.
 */
function compiledWorkers(): Plugin {
  return {
    name: 'compiled-workers',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(join(root, 'src'))) return null;
      return code.replace(siblingUrl, (written, _quote, specifier: string) => {
        const file = resolve(dirname(id), specifier);
        const built = join(root, 'dist', relative(join(root, 'src'), file));
        if (existsSync(file) || !existsSync(file.replace(/\.js$/, '.ts'))) return written;
        return `new URL(${JSON.stringify(pathToFileURL(built).href)})`;
      });
    },
  };
}

export default defineConfig({
  plugins: [compiledWorkers()],
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests that ask ONNX Runtime itself send nothing either.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    reporters: ['default', './scripts/tests/reporter.ts'],
  },
});
