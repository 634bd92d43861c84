export { Device, type DeviceOptions, type Program, type ProgramOptions } from './device.js';
export type { Tensors } from './engine.js';
export { openDevice } from './open-device.node.js';
