export type { Progress, WorkflowContext, WorkflowEvents } from './context.js';
export { type Check, type DoctorResult, doctor } from './doctor.node.js';
export { type InitRequest, type InitResult, init } from './init.node.js';
export { type Base, loadModel } from './base.node.js';
export { openRunData, type RunData } from './data.node.js';
export { RunFolder, type MetricsLine, type RunRecord } from './run-folder.node.js';
export { openSession, type Session } from './session.node.js';
export { resume, train, type TrainRequest, type TrainResult } from './train.node.js';
export { type Block, inspect, type InspectRequest, type InspectResult, type Layer, type RecipePlan, type Tap, type ValueSummary } from './inspect.node.js';
