export type { Diagnosis, Dialect } from './dialect.js';
export { DIALECTS } from './dialects.js';
export { fromDigits, lastValue } from './header-numbers.js';
export { diagnose, type Diagnosed } from './diagnose.js';
