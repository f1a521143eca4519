export { ConsumerKit, type KitOptions } from './consumer-kit.js';
export type { Delivered, KitDeadLetter } from './delivered.js';
export type { KitRecord } from './kit-record.js';
