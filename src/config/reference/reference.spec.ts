import { parseEnv } from 'node:util';
import { configKey, defineConsumer, keyTable } from '../keys/index.js';
import { loadSettings } from '../loading/index.js';
import { duration } from '../parsing/index.js';
import { renderConfigurationReference, renderEnvExample } from './index.js';
import { markdownTable } from './markdown-table.js';

const pace = configKey('PACE', {
  section: 'metering',
  parse: duration(),
  default: '1h',
  describes: 'how long a window is',
});
const declarations = [
  defineConsumer({ name: 'orders', requires: ['DATABASE_URL'] }),
  defineConsumer({ name: 'metering', keys: [pace] }),
];

describe('renderEnvExample', () => {
  const example = renderEnvExample(declarations, 'npm run x');

  it('holds every key once, commented out', () => {
    const keys = [...example.matchAll(/^#([A-Z_]+)=/gm)].map(([, key]) => key);
    expect(keys).toEqual(keyTable(declarations).map(({ key }) => key));
    expect(parseEnv(example)).toEqual({});
  });

  it('says of a key that it is not in effect, and shows no value that would seem to hold', () => {
    expect(example).toMatch(
      /# Not in effect in this version: how many are started at most\.\n# Expects a num.*\n#ORDERS_MAX_RATE=\n/,
    );
  });

  it('shows the values that hold anyway: taken as they are they change nothing', () => {
    const needed = { KAFKA_BROKERS: 'a:1', DATABASE_URL: 'postgres://h/d' };
    const uncommented = parseEnv(example.replace(/^#(?=[A-Z_]+=)/gm, ''));
    const { settings, warnings } = loadSettings({ ...uncommented, ...needed }, declarations);
    expect(warnings).toEqual([]);
    const plain = loadSettings(needed, declarations).settings;
    expect({ ...settings, consumers: plain.consumers }).toEqual({ ...plain });
    expect(settings.consumers.get('orders')?.maxRetries).toBe(3);
  });
});

describe('renderConfigurationReference', () => {
  const page = renderConfigurationReference(declarations, 'npm run x');

  it('documents what every consumer has once, and what one declares under its name', () => {
    expect(page.match(/`<CONSUMER>_MAX_RETRIES`/g)).toHaveLength(1);
    expect(page).not.toContain('ORDERS_MAX_RETRIES');
    expect(page).toContain('### orders\n\nNeeds `DATABASE_URL`.');
    expect(page).toMatch(/### metering\n\nNeeds no key\.\n\n\| Key[^#]*`PACE` \| `1h`/);
  });

  it('says of a key that it is not in effect, and shows no default of it', () => {
    expect(page).toMatch(
      /`<CONSUMER>_MAX_RATE` +\| not set +\| a num[^|]*\| Not in effect in this version: how many/,
    );
  });

  it('names the command that makes it', () => {
    expect(page).toContain('`npm run x`');
  });
});

describe('markdownTable', () => {
  it('pads its columns and escapes the bars in its cells', () => {
    expect(markdownTable(['A', 'B'], [['x|y', '']])).toBe(
      '| A    | B   |\n| ---- | --- |\n| x\\|y |     |',
    );
  });
});
