import { ConfigurationError } from '../configuration.errors.js';
import { Refusal, secret, text } from '../parsing/index.js';
import { configKey, consumerPrefix, CONSUMER_KEYS, defineConsumer, FIXED_KEYS } from './index.js';
import { isConsumerDeclaration, keyTable } from './index.js';

describe('the table of keys', () => {
  it('names each key once', () => {
    const keys = keyTable([defineConsumer({ name: 'orders' })]).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('leaves what a consumer does not set to its decorators: no key of theirs has a default', () => {
    expect(CONSUMER_KEYS.filter((key) => key.default !== undefined)).toEqual([]);
  });

  it('tells built-in values that their own parsers accept', () => {
    const builtIn = CONSUMER_KEYS.filter((key) => key.builtIn !== undefined);
    expect(builtIn).toHaveLength(11);
    for (const { parse, builtIn: written = '' } of builtIn) {
      expect(parse.parse(written)).not.toBeInstanceOf(Refusal);
    }
  });

  it('tells for every key that is not set what holds instead, or that it is optional', () => {
    const silent = FIXED_KEYS.filter(
      (key) => key.default === undefined && key.otherwise === undefined,
    );
    expect(silent.map(({ key }) => key)).toEqual([
      'KAFKA_SSL_CERT_FILE',
      'KAFKA_SSL_KEY_FILE',
      'KAFKA_SASL_USERNAME',
      'KAFKA_SASL_PASSWORD',
    ]);
  });

  it('knows which keys nothing uses yet', () => {
    const unused = [...FIXED_KEYS, ...CONSUMER_KEYS].filter(({ inEffect }) => !inEffect);
    expect(unused.map(({ key }) => key)).toEqual(['<CONSUMER>_MAX_RATE']);
  });

  it('knows a secret by its parser', () => {
    const definition = { section: 'x', describes: 'x' };
    expect(configKey('A', { ...definition, parse: secret(text()) }).secret).toBe(true);
    expect(configKey('A', { ...definition, parse: text() }).secret).toBe(false);
    const secrets = FIXED_KEYS.filter((key) => key.secret).map(({ key }) => key);
    expect(secrets).toEqual(['KAFKA_SASL_PASSWORD', 'DATABASE_URL', 'REDIS_URL']);
  });
});

describe('defineConsumer', () => {
  it('takes a name in kebab case, which is the prefix of its keys in capitals', () => {
    expect(defineConsumer({ name: 'raw-zone' })).toEqual({
      name: 'raw-zone',
      requires: [],
      keys: [],
      produces: [],
    });
    expect(consumerPrefix('raw-zone')).toBe('RAW_ZONE_');
  });

  it.each(['', 'Orders', 'raw_zone', '-x', 'x-', 'a--b', '1x', 'all', 'kafka', 'ops'])(
    'refuses the name %j',
    (name) => {
      expect(() => defineConsumer({ name })).toThrow(ConfigurationError);
    },
  );

  it('makes declarations that are told from anything that looks like one', () => {
    const declaration = defineConsumer({ name: 'orders', requires: ['DATABASE_URL'] });
    expect(isConsumerDeclaration(declaration)).toBe(true);
    expect(isConsumerDeclaration({ ...declaration })).toBe(false);
    expect(isConsumerDeclaration(undefined)).toBe(false);
    expect(Object.isFrozen(declaration)).toBe(true);
  });
});
