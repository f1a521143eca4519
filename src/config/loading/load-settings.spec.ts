import { inspect } from 'node:util';
import { ConfigurationError } from '../configuration.errors.js';
import { configKey, defineConsumer, keyTable, type ConsumerDeclaration } from '../keys/index.js';
import { duration, Refusal } from '../parsing/index.js';
import { Secret } from '../secret.js';
import { Settings, type ConsumerSettings } from '../settings.js';
import { loadSettings, type LoadResult } from './load-settings.js';

type Environment = Record<string, string | undefined>;

const orders = defineConsumer({ name: 'orders', requires: ['DATABASE_URL'] });
const audit = defineConsumer({ name: 'audit-log', requires: ['DATABASE_URL'] });
const merge = defineConsumer({ name: 'customer-inventory' });
const files: Record<string, string> = {
  '/run/password': 'from-file\n',
  '/run/two-lines': 'one\ntwo\r\n',
  '/run/empty': '\n',
  '/run/pem': '-----BEGIN CERTIFICATE-----',
};

function readFile(path: string): string {
  const content = files[path];
  if (content === undefined) {
    throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' });
  }
  return content;
}

function load(environment: Environment, consumers: ConsumerDeclaration[] = []): LoadResult {
  const all = { KAFKA_BROKERS: 'a:1', DATABASE_URL: 'postgres://db/x', ...environment };
  return loadSettings(all, consumers, { readFile, isTerminal: false });
}

function settingsOf(environment: Environment, consumers: ConsumerDeclaration[] = []): Settings {
  return load(environment, consumers).settings;
}

function consumer(environment: Environment, declaration = orders): ConsumerSettings | undefined {
  return settingsOf(environment, [declaration]).consumers.get(declaration.name);
}

function problemsOf(environment: Environment, consumers: ConsumerDeclaration[] = []): string[] {
  try {
    load(environment, consumers);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

describe('loadSettings', () => {
  it('needs nothing but the brokers and takes the documented default for the rest', () => {
    const { settings, warnings } = loadSettings({ KAFKA_BROKERS: 'a:1, b:2' }, [], { readFile });
    expect(warnings).toEqual([]);
    expect(settings).toBeInstanceOf(Settings);
    expect(settings.kafka).toEqual({
      brokers: ['a:1', 'b:2'],
      clientId: 'millrace',
      defaultGroupId: 'millrace',
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 60_000,
      heartbeatIntervalMs: 1000,
      commitIntervalMs: 1000,
      maxInFlight: 1000,
      maxBufferedRecords: 40_000,
      maxBufferedBytes: 64 * 1024 * 1024,
      autoOffsetReset: 'earliest',
      autoCreateTopics: false,
    });
    expect(settings.http).toEqual({ host: '127.0.0.1', port: 3000 });
    expect(settings.database).toEqual({ poolSize: 10, migrations: 'apply' });
    expect(settings.idempotency).toEqual({ cacheSize: 10_000 });
    expect(settings.shutdownTimeoutMs).toBe(20_000);
  });

  it('has a default that its own parser accepts for every key that declares one', () => {
    const withDefault = keyTable([orders]).filter((key) => key.default !== undefined);
    expect(withDefault.length).toBeGreaterThan(10);
    for (const { parse, default: text = '' } of withDefault) {
      expect(parse.parse(text)).not.toBeInstanceOf(Refusal);
    }
  });

  it('tells every wrong key at once, one line each, with what is expected', () => {
    const lines = problemsOf(
      { KAFKA_BROKERS: '', PORT: 'x', SHUTDOWN_TIMEOUT: '20', ORDERS_MAX_RETRIES: '-1' },
      [orders],
    );
    expect(lines).toEqual([
      '  PORT: expected a whole number, from 0 to 65535',
      expect.stringMatching(/^ {2}SHUTDOWN_TIMEOUT: expected a duration .*a number needs its unit/),
      expect.stringContaining('  ORDERS_MAX_RETRIES: expected a whole number, from 0 to 1000'),
      '  KAFKA_BROKERS: missing; expected a comma list, each host:port',
    ]);
  });

  it('treats an empty text as not set', () => {
    expect(settingsOf({ PORT: '', KAFKA_CLIENT_ID: '  ' }).kafka.clientId).toBe('millrace');
  });

  it('is pretty on a terminal unless told otherwise', () => {
    const on = { readFile, isTerminal: true };
    const environment = { KAFKA_BROKERS: 'a:1' };
    expect(loadSettings(environment, [], on).settings.log.format).toBe('pretty');
    expect(settingsOf({}).log.format).toBe('json');
    expect(loadSettings({ ...environment, LOG_FORMAT: 'json' }, [], on).settings.log.format).toBe(
      'json',
    );
  });

  it('freezes the settings to their depths', () => {
    const settings = settingsOf({ ORDERS_TOPICS: 'a,b' }, [orders]);
    const consumers = settings.consumers as Map<string, ConsumerSettings>;
    expect(() => consumers.set('x', consumers.get('orders')!)).toThrow(TypeError);
    expect(() => consumers.clear()).toThrow(TypeError);
    const parts = [settings, settings.kafka, settings.kafka.brokers, consumers.get('orders')];
    expect([...parts, consumers.get('orders')?.topics].every(Object.isFrozen)).toBe(true);
  });
});

describe('consumer keys', () => {
  it('are absent when not set, so that spreading them over defaults keeps the defaults', () => {
    expect(consumer({})).toEqual({ name: 'orders', enabled: true, own: {} });
    expect(Object.keys(consumer({}) ?? {})).toEqual(['name', 'enabled', 'own']);
  });

  it('carry the name in capitals with underscores', () => {
    const read = consumer(
      {
        AUDIT_LOG_TOPIC: 'events',
        AUDIT_LOG_GROUP_ID: 'auditors',
        AUDIT_LOG_RETRY_TOPIC_DELAYS: '10s,1m',
        AUDIT_LOG_BREAKER: '0',
        AUDIT_LOG_MAX_RATE: '2.5',
      },
      audit,
    );
    expect(read).toEqual({
      name: 'audit-log',
      enabled: true,
      topics: ['events'],
      groupId: 'auditors',
      retryTopicDelaysMs: [10_000, 60_000],
      breaker: 0,
      maxRate: 2.5,
      own: {},
    });
  });

  it('may be declared by the consumer itself, read by the same mechanism', () => {
    const window = configKey('METERING_WINDOW', {
      section: 'metering',
      parse: duration(),
      default: '1h',
      describes: 'the length of a window',
    });
    const metering = defineConsumer({ name: 'metering-metrics', keys: [window] });
    expect(consumer({}, metering)?.own).toEqual({ METERING_WINDOW: 3_600_000 });
    expect(consumer({ METERING_WINDOW: '5m' }, metering)?.own['METERING_WINDOW']).toBe(300_000);
    expect(problemsOf({ METERING_WINDOW: '5' }, [metering])).toHaveLength(1);
  });

  it('are refused when topic and topics are both set', () => {
    expect(problemsOf({ ORDERS_TOPIC: 'a', ORDERS_TOPICS: 'a,b' }, [orders])).toEqual([
      '  ORDERS_TOPIC: expected to be set alone, and ORDERS_TOPICS is set too',
    ]);
  });

  it('name the key and the consumers when an enabled one lacks what it requires', () => {
    expect(problemsOf({ DATABASE_URL: undefined }, [orders, audit])).toEqual([
      '  DATABASE_URL: missing; the consumers orders, audit-log cannot run without it',
    ]);
    expect(
      problemsOf({ DATABASE_URL: undefined, CONSUMERS: 'audit-log' }, [orders, audit]),
    ).toEqual(['  DATABASE_URL: missing; the consumer audit-log cannot run without it']);
  });

  it('require the store that their idempotency names', () => {
    const environment = { DATABASE_URL: undefined, CUSTOMER_INVENTORY_IDEMPOTENCY: 'postgres' };
    expect(problemsOf(environment, [merge])).toEqual([
      '  DATABASE_URL: missing; the consumer customer-inventory cannot run without it',
    ]);
  });

  it.each([
    ['redis', 'REDIS_URL'],
    ['postgres-lease', 'DATABASE_URL'],
  ])('require the server of the store %s', (store, key) => {
    const environment = { DATABASE_URL: undefined, CUSTOMER_INVENTORY_IDEMPOTENCY: store };
    expect(problemsOf(environment, [merge])).toEqual([
      `  ${key}: missing; the consumer customer-inventory cannot run without it`,
    ]);
  });

  it('warn when messages are forgotten before their dead letters are', () => {
    const warningsOf = (ttl?: string) =>
      load({ IDEMPOTENCY_TTL: ttl }, [orders]).warnings.filter((line) => line.includes('TTL'));
    expect(warningsOf()).toEqual([]);
    expect(warningsOf('30d')).toEqual([]);
    expect(warningsOf('29d')).toEqual([
      'IDEMPOTENCY_TTL: shorter than dead letters are kept (30d): one that is redriven later is not recognised',
    ]);
  });

  it('keep disabled consumers in the settings and ask nothing of them', () => {
    const settings = settingsOf({ CONSUMERS: 'audit-log' }, [orders, audit]);
    expect(settings.consumers.get('orders')?.enabled).toBe(false);
    expect(settings.consumers.get('audit-log')?.enabled).toBe(true);
  });

  it('suggest the consumer that a wrong name in CONSUMERS is near to', () => {
    expect(problemsOf({ CONSUMERS: 'audit-log,oders' }, [orders, audit])).toEqual([
      '  CONSUMERS: entry 2 is no consumer; did you mean orders? (known: all, orders, audit-log)',
    ]);
  });

  it('cannot be declared twice, nor a key with two meanings', () => {
    const again = defineConsumer({ name: 'orders' });
    expect(problemsOf({}, [orders, again])[0]).toContain(
      'consumer orders: expected to be declared',
    );
    const port = configKey('PORT', { section: 'x', parse: duration(), describes: 'x' });
    const taking = defineConsumer({ name: 'taking', keys: [port] });
    expect(problemsOf({}, [taking])[0]).toContain('PORT: expected to be declared once');
  });
});

describe('secrets', () => {
  it('come from the file that the _FILE key names, without the newline at its end', () => {
    const sasl = {
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'me',
      KAFKA_SSL: 'on',
    };
    const { kafka } = settingsOf({ ...sasl, KAFKA_SASL_PASSWORD_FILE: '/run/password' });
    expect(kafka.sasl?.mechanism).toBe('scram-sha-512');
    expect(kafka.sasl?.password).toBeInstanceOf(Secret);
    expect(kafka.sasl?.password.reveal()).toBe('from-file');
    const two = settingsOf({ ...sasl, KAFKA_SASL_PASSWORD_FILE: '/run/two-lines' });
    expect(two.kafka.sasl?.password.reveal()).toBe('one\ntwo');
  });

  it('are refused when set both ways, when the file is empty, and when it cannot be read', () => {
    const problem = (environment: Environment): string | undefined => problemsOf(environment)[0];
    expect(problem({ REDIS_URL: 'redis://x', REDIS_URL_FILE: '/run/password' })).toBe(
      '  REDIS_URL: expected to be set once, and REDIS_URL_FILE is set too',
    );
    expect(problem({ REDIS_URL_FILE: '/run/empty' })).toContain(
      'REDIS_URL_FILE: expected the path',
    );
    expect(problem({ REDIS_URL_FILE: '/run/nowhere' })).toBe(
      '  REDIS_URL_FILE: expected the path of a readable file (ENOENT)',
    );
    expect(problem({ REDIS_URL_FILE: '/run/password' })).toContain(
      'REDIS_URL (set as REDIS_URL_FILE)',
    );
  });

  it('satisfy what a consumer requires also by their file', () => {
    files['/run/database'] = 'postgres://u:p@db/x\n';
    const environment = { DATABASE_URL: undefined, DATABASE_URL_FILE: '/run/database' };
    expect(settingsOf(environment, [orders]).database.url?.reveal()).toBe('postgres://u:p@db/x');
  });

  it('do not show when the settings are inspected, serialised or spread', () => {
    const settings = settingsOf({
      DATABASE_URL: 'postgres://u:canary@db/x',
      REDIS_URL: 'redis://:canary@r',
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_SASL_USERNAME: 'me',
      KAFKA_SASL_PASSWORD: 'canary',
    });
    const printed = [
      inspect(settings, { depth: null, showHidden: true }),
      JSON.stringify(settings),
      `${settings.database.url}${settings.redis.url}${settings.kafka.sasl?.password}`,
    ].join();
    expect(printed).toContain('***');
    expect(printed).not.toContain('canary');
  });

  it('stay out of every message, whichever key holds them, and so does every other value', () => {
    const canary = 'k4n4ry,\u0007!:';
    const keys = keyTable([orders, merge]).flatMap(({ key }) => [key, `${key}_FILE`]);
    const aliases = [
      'KAFKA_BOOTSTRAP_SERVERS',
      'MAX_RETRIES',
      'RETRY_BACKOFF_BASE',
      'KAFKA_GROUP_ID',
    ];
    const all = Object.fromEntries([...keys, ...aliases].map((key) => [key, canary]));
    const alone = [...keys, ...aliases].map((key) => ({ [key]: canary }));
    let seen = 0;
    for (const environment of [all, ...alone]) {
      try {
        expect(load(environment, [orders, merge]).warnings.join()).not.toContain('k4n4ry');
      } catch (error) {
        seen += 1;
        expect(inspect(error, { depth: null })).not.toContain('k4n4ry');
        expect(error).toBeInstanceOf(ConfigurationError);
      }
    }
    expect(seen).toBeGreaterThan(30);
  });
});

describe('rules between keys', () => {
  const broken: readonly [why: string, environment: Environment, key: string][] = [
    [
      'a heartbeat as long as the session',
      { KAFKA_HEARTBEAT_INTERVAL: '30s' },
      'KAFKA_HEARTBEAT_INTERVAL',
    ],
    [
      'a session longer than a rebalance',
      { KAFKA_SESSION_TIMEOUT: '61s' },
      'KAFKA_SESSION_TIMEOUT',
    ],
    [
      'a mechanism without a user',
      { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: 'x' },
      'KAFKA_SASL_USERNAME',
    ],
    [
      'a mechanism without a password',
      { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'x' },
      'KAFKA_SASL_PASSWORD',
    ],
    [
      'a certificate without its key',
      { KAFKA_SSL: '1', KAFKA_SSL_CERT_FILE: '/run/pem' },
      'KAFKA_SSL_KEY_FILE',
    ],
    [
      'a key without its certificate',
      { KAFKA_SSL: '1', KAFKA_SSL_KEY_FILE: '/run/pem' },
      'KAFKA_SSL_CERT_FILE',
    ],
    [
      'a certificate file that is not there',
      { KAFKA_SSL: '1', KAFKA_SSL_CA_FILE: '/x' },
      'KAFKA_SSL_CA_FILE',
    ],
    [
      'a first wait longer than the longest',
      { ORDERS_RETRY_BACKOFF: '2s', ORDERS_RETRY_MAX_BACKOFF: '1s' },
      'ORDERS_RETRY_BACKOFF',
    ],
  ];
  it.each(broken)('refuse %s', (_why, environment, key) => {
    expect(problemsOf(environment, [orders])).toEqual([expect.stringContaining(`  ${key}: `)]);
  });

  it('do not blame a key twice that is wrong by itself', () => {
    expect(
      problemsOf({ KAFKA_SESSION_TIMEOUT: 'soon', KAFKA_SASL_MECHANISM: 'magic' }),
    ).toHaveLength(2);
  });

  it('make TLS settings only when TLS is on, and warn of what has no effect', () => {
    expect(settingsOf({ KAFKA_SSL: 'true' }).kafka.ssl).toEqual({});
    expect(settingsOf({ KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: '/run/pem' }).kafka.ssl).toEqual({
      caFile: '/run/pem',
    });
    const off = load({ KAFKA_SSL_CA_FILE: '/run/pem', KAFKA_SASL_PASSWORD: 'x' });
    expect(off.settings.kafka.ssl).toBeUndefined();
    expect(off.warnings).toEqual([
      'KAFKA_SASL_PASSWORD: has no effect without KAFKA_SASL_MECHANISM',
      'KAFKA_SSL_CA_FILE: has no effect without KAFKA_SSL=true',
    ]);
  });
});

describe('aliases', () => {
  it('give the brokers by the name that other clients use', () => {
    const environment = { KAFKA_BROKERS: undefined, KAFKA_BOOTSTRAP_SERVERS: 'x:9' };
    expect(settingsOf(environment).kafka.brokers).toEqual(['x:9']);
    expect(load(environment).warnings).toEqual([]);
    expect(problemsOf({ ...environment, KAFKA_BOOTSTRAP_SERVERS: 'x' })[0]).toContain(
      'KAFKA_BROKERS (set as KAFKA_BOOTSTRAP_SERVERS): expected',
    );
  });

  it('are refused when the key itself says something else', () => {
    expect(problemsOf({ KAFKA_BOOTSTRAP_SERVERS: 'other:1' })).toEqual([
      '  KAFKA_BROKERS: expected to be set once, and KAFKA_BOOTSTRAP_SERVERS sets it too, differently',
    ]);
    expect(problemsOf({ KAFKA_BOOTSTRAP_SERVERS: 'a:1' })).toEqual([]);
  });

  const old = {
    KAFKA_INVENTORY_TOPIC: 'stock',
    KAFKA_GROUP_ID: 'mergers',
    MAX_RETRIES: '7',
    RETRY_BACKOFF_BASE: '1.5',
    RETRY_BACKOFF_MULTIPLIER: '2.0',
    IDEMPOTENCY_CACHE_TTL: '3600',
  };

  it('of customer-inventory hold where it is declared, bare numbers being seconds', () => {
    const { settings, warnings } = load(old, [merge]);
    expect(warnings).toEqual([expect.stringMatching(/^IDEMPOTENCY_TTL: shorter/)]);
    expect(settings.idempotency.ttlMs).toBe(3_600_000);
    expect(settings.consumers.get('customer-inventory')).toEqual({
      name: 'customer-inventory',
      enabled: true,
      topics: ['customer_data', 'stock'],
      groupId: 'mergers',
      maxRetries: 7,
      retryBackoffMs: 1500,
      retryBackoffMultiplier: 2,
      own: {},
    });
  });

  it('of customer-inventory mean nothing where it is not declared', () => {
    const { settings, warnings } = load(old, [orders]);
    expect(settings.idempotency.ttlMs).toBeUndefined();
    expect(settings.consumers.get('orders')).toEqual({ name: 'orders', enabled: true, own: {} });
    expect(warnings).toEqual([
      'KAFKA_INVENTORY_TOPIC: not a known key, ignored',
      'KAFKA_GROUP_ID: not a known key, ignored',
    ]);
  });
});

describe('keys that are not in effect', () => {
  it('warn once where they are set, also for a disabled consumer', () => {
    const environment = {
      CONSUMERS: 'audit-log',
      ORDERS_MAX_RATE: '1',
      ORDERS_BREAKER: '',
      AUDIT_LOG_MAX_RATE: '5',
      AUDIT_LOG_MAX_RETRIES: '5',
    };
    expect(load(environment, [orders, audit]).warnings).toEqual([
      'ORDERS_MAX_RATE is set but has no effect in this version',
      'AUDIT_LOG_MAX_RATE is set but has no effect in this version',
    ]);
  });

  it('are checked all the same', () => {
    expect(problemsOf({ ORDERS_MAX_RATE: 'fast' }, [orders])).toHaveLength(1);
  });
});

describe('keys that nothing reads', () => {
  it.each([
    ['KAFKA_BROKER', 'KAFKA_BROKERS'],
    ['KAFKA_SESION_TIMEOUT', 'KAFKA_SESSION_TIMEOUT'],
    ['KAFKA_SESSION_TIMEOUT_MS', 'KAFKA_SESSION_TIMEOUT'],
    ['KAFKA_SASL_PASSWORT_FILE', 'KAFKA_SASL_PASSWORD_FILE'],
    ['ORDERS_TPOIC', 'ORDERS_TOPIC'],
    ['ORDERS_CONCURENCY', 'ORDERS_CONCURRENCY'],
  ])('are refused with a suggestion when close to one of ours: %s', (key, meant) => {
    expect(problemsOf({ [key]: 'x' }, [orders])).toEqual([
      `  ${key}: not a known key; did you mean ${meant}?`,
    ]);
  });

  it('only warn when they begin like ours and are close to none', () => {
    expect(
      load({ KAFKA_HEAP_OPTS: '-Xmx1g', OPS_TOKEN: 'x', ORDERS_COLOUR: 'red' }, [orders]).warnings,
    ).toEqual([
      'KAFKA_HEAP_OPTS: not a known key, ignored',
      'OPS_TOKEN: not a known key, ignored',
      'ORDERS_COLOUR: not a known key, ignored',
    ]);
  });

  it('are left alone when Kubernetes injects them, or when they do not begin like ours', () => {
    const injected = {
      KAFKA_SERVICE_HOST: '10.0.0.1',
      KAFKA_PORT: 'tcp://10.0.0.1:9092',
      ORDERS_PORT_80_TCP: 'x',
      ORDERS_SERVICE_PORT: '80',
      RAW_ZONE_URL: 'file:///x',
      AUDIT_LOG_TOPC: 'x',
      PATH: '/bin',
    };
    expect(load(injected, [orders]).warnings).toEqual([]);
  });
});
