export { CrashGuard } from './crash-guard.js';
export type { RecordFlights } from './record-flights.js';
