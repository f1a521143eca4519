import {
  byteSize,
  configKey,
  defineConsumer,
  duration,
  integer,
  Refusal,
  secret,
  text,
  url,
  type Parser,
} from '../../config/index.js';

/** Unless it is set otherwise. */
export const GROUP_ID = 'customer-inventory-merge';

const section = 'Consumer customer-inventory';
const WEB = url('http', 'https');

export const MERGE_KEYS = {
  baseUrl: configKey('ANALYTICS_API_BASE_URL', {
    section,
    parse: withoutCredentials(),
    otherwise: 'nothing; the consumer needs it',
    describes: 'the analytics API: events are posted to its `/api/analytics/data`',
  }),
  authorization: configKey('ANALYTICS_API_AUTHORIZATION', {
    section,
    parse: secret(text('the value of an Authorization header')),
    otherwise: 'none is sent',
    describes: 'what is sent to the API as `Authorization`',
  }),
  timeoutMs: configKey('ANALYTICS_API_TIMEOUT', {
    section,
    parse: bareSeconds(duration({ min: 10, max: 60_000 })),
    default: '30s',
    describes: 'how long one try waits for the answer; a bare number is in s',
  }),
  flushIntervalMs: configKey('MERGE_FLUSH_INTERVAL', {
    section,
    parse: bareSeconds(duration({ min: 10, max: 120_000 })),
    default: '30s',
    describes: 'a message is sent at the latest so long after it came; a bare number is in s',
  }),
  flushRecords: configKey('MERGE_FLUSH_RECORDS', {
    section,
    parse: integer({ min: 1, max: 100_000 }),
    default: '500',
    unit: 'messages',
    describes: 'with so many an event is sent at once, and no event is made of more',
  }),
  flushBytes: configKey('MERGE_FLUSH_BYTES', {
    section,
    parse: byteSize({ min: 1, max: 64 * 1024 ** 2 }),
    default: '1MiB',
    describes: 'the same, by the bytes of the messages; a larger one goes alone',
  }),
} as const;

export const customerInventoryConsumer = defineConsumer({
  name: 'customer-inventory',
  requires: [MERGE_KEYS.baseUrl.key],
  keys: Object.values(MERGE_KEYS),
});

/** Credentials have a key that is a secret. */
function withoutCredentials(): Parser<string> {
  return {
    expects: WEB.expects,
    parse: (given) => {
      const parsed = WEB.parse(given);
      if (parsed instanceof Refusal) return parsed;
      const { username, password } = new URL(parsed);
      if (username === '' && password === '') return parsed;
      return new Refusal('credentials belong into ANALYTICS_API_AUTHORIZATION');
    },
  };
}

function bareSeconds(parser: Parser<number>): Parser<number> {
  return {
    expects: `${parser.expects}; or a number of seconds`,
    parse: (given) => parser.parse(/^\d+(\.\d+)?$/.test(given) ? `${given}s` : given),
  };
}
