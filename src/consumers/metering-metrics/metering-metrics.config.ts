import { configKey, defineConsumer, duration } from '../../config/index.js';

export const METERING_WINDOW = configKey('METERING_WINDOW', {
  section: 'Consumer metering-metrics',
  parse: duration({ min: 1000 }),
  default: '1h',
  describes:
    'the length of the windows that usage is added up in; they begin at multiples of it since 1970, in UTC',
});

export const meteringMetricsConfig = defineConsumer({
  name: 'metering-metrics',
  requires: ['DATABASE_URL'],
  keys: [METERING_WINDOW],
});
