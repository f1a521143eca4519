export { renderConfigurationReference } from './configuration-page.js';
export { declaredConsumers } from './declared-consumers.js';
export { renderEnvExample } from './env-example.js';
export { markdownTable } from './markdown-table.js';
export { REFERENCE_COMMAND, referenceFiles, type ReferenceFile } from './reference-files.js';
