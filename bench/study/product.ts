/** The product as it is shipped: compiled modules, because a worker starts from a compiled file, with the types of their sources. */
const built = async <Module>(path: string): Promise<Module> => (await import(new URL(`../../dist/${path}`, import.meta.url).href)) as Module;

export const spec = await built<typeof import('../../src/app/spec/index.js')>('app/spec/index.js');
export const workflow = await built<typeof import('../../src/app/workflow/index.node.js')>('app/workflow/index.node.js');
export const surgery = await built<typeof import('../../src/bases/surgery/index.js')>('bases/surgery/index.js');
export const training = await built<typeof import('../../src/learning/training/index.js')>('learning/training/index.js');
