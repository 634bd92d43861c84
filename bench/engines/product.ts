/** The product as it is shipped: compiled modules, because a worker starts from a compiled file, with the types of their sources. */
const built = async <Module>(path: string): Promise<Module> => (await import(new URL(`../../dist/${path}`, import.meta.url).href)) as Module;

export const core = await built<typeof import('../../src/core/index.js')>('core/index.js');
export const files = await built<typeof import('../../src/engine/graph/index.node.js')>('engine/graph/index.node.js');
export const runtime = await built<typeof import('../../src/engine/runtime/index.node.js')>('engine/runtime/index.node.js');
export const surgery = await built<typeof import('../../src/bases/surgery/index.js')>('bases/surgery/index.js');
export const data = await built<typeof import('../../src/learning/data/index.js')>('learning/data/index.js');
export const tasks = await built<typeof import('../../src/learning/tasks/index.js')>('learning/tasks/index.js');
export const training = await built<typeof import('../../src/learning/training/index.js')>('learning/training/index.js');
export const sources = await built<typeof import('../../src/learning/training/batch-source.js')>('learning/training/batch-source.js');
