export type { Progress, WorkflowContext, WorkflowEvents } from './context.js';
export { type Check, type DoctorResult, doctor } from './doctor.node.js';
export { type InitRequest, type InitResult, init } from './init.node.js';
