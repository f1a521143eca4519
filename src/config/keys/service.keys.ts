import { duration, integer, listOf, oneOf, text } from '../parsing/index.js';
import { configKey } from './config-key.js';

const section = 'Service';

export const SERVICE_KEYS = {
  port: configKey('PORT', {
    section,
    parse: integer({ min: 0, max: 65_535 }),
    default: '3000',
    describes: 'HTTP port; 0 takes any free one',
  }),
  host: configKey('HOST', {
    section,
    parse: text('a host name or address'),
    default: '127.0.0.1',
    describes: 'HTTP address to listen on',
  }),
  logLevel: configKey('LOG_LEVEL', {
    section,
    parse: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
    describes: 'the least severe level that is logged',
  }),
  logFormat: configKey('LOG_FORMAT', {
    section,
    parse: oneOf('json', 'pretty'),
    otherwise: 'json; pretty when standard output is a terminal',
    describes: 'one JSON object per line, or lines for people',
  }),
  consumers: configKey('CONSUMERS', {
    section,
    parse: listOf(text('the name of a consumer')),
    default: 'all',
    describes: 'the consumers to run, by name; one deployment can run one consumer',
  }),
  shutdownTimeoutMs: configKey('SHUTDOWN_TIMEOUT', {
    section,
    parse: duration(),
    default: '20s',
    describes: 'how long a stop waits for running records; a second signal exits at once',
  }),
} as const;
