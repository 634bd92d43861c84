// Writes what bench/oracles/text_training.py trains on: npm run text-parity FOLDER
import { writeMasks, writeParityFiles } from '../support/text-parity.js';

const folder = process.argv[2] ?? '';
await writeParityFiles(folder);
await writeMasks(folder);
