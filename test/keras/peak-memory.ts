// Imports a small base and then BASE, both as JSON, and prints by how many bytes the process grew for the second at most.
import { importModel } from '../../src/bases/importers/index.node.js';

const [small = '', base = ''] = process.argv.slice(2);
// What the first import compiles and loads is not the second's.
await importModel(JSON.parse(small));
const before = process.memoryUsage.rss();
await importModel(JSON.parse(base));
console.log(process.resourceUsage().maxRSS * 1024 - before);
