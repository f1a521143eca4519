export { AcceptedVersions, Tenure } from './accepted-versions.js';
export { MergeBuffer } from './merge-buffer.js';
