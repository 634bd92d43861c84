import type { Workload } from '../workload.js';
import { bert } from './bert.js';
import { convolutional } from './convolutional.js';
import { frozen } from './frozen.js';
import { overhead } from './overhead.js';
import { vit } from './vit.js';

/** The rows of the benchmark, in the order of the report. */
export const workloads: readonly Workload[] = [...bert, ...vit, ...convolutional, ...frozen, ...overhead];
