import { it } from 'vitest';
import { memoryFolder } from '/work/wt-onnx/src/bases/hub/index.js';
import { importFolder } from '/work/wt-onnx/src/bases/importers/index.js';
import { fusedBytes, fusedCases, fusedFeeds, storedTensor } from '/work/wt-onnx/test/onnx/golden.js';
import { distance } from '/work/wt-onnx/test/onnx/one-node.js';
import { runOnnx } from '/work/wt-onnx/test/support/ort.js';
it('x', async () => {
  for (const [name, c] of Object.entries(fusedCases)) for (const [v, { output }] of Object.entries(c.variants)) {
    try {
      const { model, notes } = await importFolder(memoryFolder({ 'm.onnx': fusedBytes(`${name}-${v}`) }));
      const out = await runOnnx(model, fusedFeeds(c, model.graph.inputs));
      const o = out[model.graph.outputs[0]!.name]!;
      console.log(name, v, 'to variant', distance(o, storedTensor(output)).toExponential(2), 'to float', distance(o, storedTensor(c.output)).toExponential(2));
      console.log(notes.join('\n'));
      if (process.env.P) console.log([...model.graph.initializers.keys()].join(' '), '\n', model.graph.nodes.map(n=>n.op+'('+n.outputs+')').join(' '));
    } catch (e) { console.log(name, v, 'FAIL', String(e).slice(0, 400)); }
  }
});
