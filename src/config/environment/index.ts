export { ALIASES, aliasesFor, supplyAliases, type Alias } from './aliases.js';
export { nearest } from './edit-distance.js';
export { readEnvironment, type Environment } from './read-environment.js';
export { fileKeyOf, readOrExplain, supplySecretFiles, type ReadFile } from './secret-files.js';
export { SettingReader } from './setting-reader.js';
export { SuppliedTexts } from './supplied-texts.js';
export { judgeUnknownKeys } from './unknown-keys.js';
