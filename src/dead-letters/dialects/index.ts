export type { Diagnosis, Dialect } from './dialect.js';
export { DIALECTS } from './dialects.js';
export { fromDigits, lastValue } from './header-numbers.js';
export { diagnose, headersActedOn, type Diagnosed } from './diagnose.js';
export { hasLostItsValue } from './lost-value.js';
