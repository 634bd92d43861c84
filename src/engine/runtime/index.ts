export { Device, type DeviceOptions, type Program, type ProgramOptions } from './device.js';
export { Engine, type Optimization, type Pace, type Tensors } from './engine.js';
export { type BrowserDeviceOptions, openDevice, type WasmFiles } from './open-device.browser.js';
