// The rooms of the house in the order the data flows; imports point from later rooms to earlier ones.
const rooms = [
  ['core'],
  ['engine/graph', 'engine/autodiff', 'engine/runtime'],
  ['bases/hub', 'bases/importers', 'bases/surgery'],
  ['learning/data', 'learning/tasks', 'learning/training', 'learning/selection'],
  ['trust/evaluation', 'trust/health', 'trust/explanation'],
  ['reuse/bundle', 'reuse/registry', 'reuse/serving', 'reuse/monitoring'],
  ['app/spec', 'app/workflow', 'app/report', 'app/cli'],
];
const folders = rooms.flat();

const order = folders.slice(0, -1).map((folder, index) => ({
  name: `${folder.replace('/', '-')}-imports-forward`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: `^src/(${folders.slice(index + 1).join('|')})/` },
}));

// A folder's index.ts (index.node.ts for what needs Node) is its door; nobody reaches past it.
const doors = folders.map((folder) => ({
  name: `through-the-door-of-${folder.replace('/', '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${folder}/` },
  to: { path: `^src/${folder}/`, pathNot: `^src/${folder}/index` },
}));

module.exports = {
  forbidden: [
    ...order,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'only-runtime-knows-onnxruntime',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/runtime/' },
      to: { path: 'onnxruntime-' },
    },
    ...doors,
    {
      name: 'node-only-in-node-files',
      severity: 'error',
      from: { path: '^src/', pathNot: ['\\.node\\.ts$', '\\.test\\.ts$', '^src/(reuse/(registry|serving|monitoring)|app/cli)/', '^src/(index|server)\\.ts$'] },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.test\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'], exportsFields: ['exports'], conditionNames: ['import', 'node'] },
  },
};
