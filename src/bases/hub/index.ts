export { type HubEvents, type HubFolder, type HubSource, memoryFolder, type OpenFile, openFile, type VirtualFolder } from './folder.js';
export { applications } from './keras/applications.js';
export { type ModelUri, normalizePath, parseUri, type UriKind } from './uri.js';
