import {
  byteSize,
  configKey,
  defineConsumer,
  duration,
  integer,
  listOf,
  oneOf,
} from '../../config/index.js';
import { storageUrl } from '../../connections/object-storage/index.js';
import { dataset, type Dataset } from './datasets.js';

const section = 'Consumer raw-zone';

export const RAW_ZONE_KEYS = {
  url: configKey('RAW_ZONE_URL', {
    section,
    parse: storageUrl(),
    otherwise: 'nothing; the consumer needs it',
    describes: 'where the objects go: `file:///var/lib/raw-zone`, or `s3://bucket/prefix`',
  }),
  datasets: configKey('RAW_ZONE_DATASETS', {
    section,
    parse: listOf(dataset()),
    default: 'orders',
    describes:
      'what is landed: `<name>` for the topic `streamlake.<name>.raw`, or `<name>=<topic>`; `:<header>+<header>` behind it names headers that each record must have',
  }),
  rotateRecords: configKey('RAW_ZONE_ROTATE_RECORDS', {
    section,
    parse: integer({ min: 1, max: 10_000_000 }),
    default: '50000',
    unit: 'records',
    describes: 'an object has at most so many; fewer where the buffer holds no more',
  }),
  rotateBytes: configKey('RAW_ZONE_ROTATE_BYTES', {
    section,
    parse: byteSize({ max: 512 * 1024 ** 2 }),
    default: '64MiB',
    describes: 'an object is closed with so many bytes of lines, before they are compressed',
  }),
  rotateIntervalMs: configKey('RAW_ZONE_ROTATE_INTERVAL', {
    section,
    parse: duration({ min: 10, max: 120_000 }),
    default: '30s',
    describes: 'an object is closed so long after its first record came',
  }),
  format: configKey('RAW_ZONE_FORMAT', {
    section,
    parse: oneOf('ndjson'),
    default: 'ndjson',
    describes: 'what an object holds: one line of JSON a record, compressed with gzip',
  }),
} as const;

export const rawZoneConsumer = defineConsumer({
  name: 'raw-zone',
  requires: [RAW_ZONE_KEYS.url.key],
  keys: Object.values(RAW_ZONE_KEYS),
  topics: (own) =>
    (own[RAW_ZONE_KEYS.datasets.key] as readonly Dataset[]).map(({ topic }) => topic),
});
