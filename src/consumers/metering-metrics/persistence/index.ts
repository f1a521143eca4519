export { METERING_TOTALS_MIGRATIONS } from './metering-totals.migrations.js';
export { MeteringTotals } from './metering-totals.port.js';
export { PostgresMeteringTotals } from './postgres-metering-totals.js';
