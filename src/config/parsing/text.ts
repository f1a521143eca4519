import { Secret } from '../secret.js';
import { Refusal, type Parser } from './parser.js';

const WORDS = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['off', false],
  ['0', false],
]);

export function boolean(): Parser<boolean> {
  return {
    expects: 'true or false',
    parse: (text) => WORDS.get(text.toLowerCase()) ?? new Refusal(),
  };
}

export function text(expects = 'a text'): Parser<string> {
  return { expects, parse: (given) => given };
}

/** One of a closed set, in any case; the declared spelling is what comes out. */
export function oneOf<const Option extends string>(...options: readonly Option[]): Parser<Option> {
  return {
    expects: `one of ${options.join(', ')}`,
    parse: (given) =>
      options.find((option) => option.toLowerCase() === given.toLowerCase()) ?? new Refusal(),
  };
}

export function topicName(): Parser<string> {
  return {
    expects: 'a topic name (letters, digits, dot, underscore, hyphen; at most 249)',
    parse: (given) =>
      /^[A-Za-z0-9._-]{1,249}$/.test(given) && given !== '.' && given !== '..'
        ? given
        : new Refusal(),
  };
}

export function hostAndPort(): Parser<string> {
  return {
    expects: 'host:port',
    parse: (given) => {
      const [, port] = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/.exec(given) ?? [];
      return Number(port) >= 1 && Number(port) <= 65_535 ? given : new Refusal();
    },
  };
}

export function url(...protocols: readonly string[]): Parser<string> {
  const schemes = protocols.map((protocol) => `${protocol}://`).join(' or ');
  return {
    expects: `a URL that begins with ${schemes}`,
    parse: (given) => {
      const fits = protocols.some((protocol) => given.toLowerCase().startsWith(`${protocol}://`));
      return fits && URL.canParse(given) ? given : new Refusal();
    },
  };
}

/** The words for a feature that is off, otherwise a text. */
export function textOrOff(expects: string): Parser<string | undefined> {
  return {
    expects: `${expects}, or off`,
    parse: (given) => (given.toLowerCase() === 'off' ? undefined : given),
  };
}

/** The same value, hidden from every print. */
export function secret(parser: Parser<string>): Parser<Secret> {
  return {
    expects: parser.expects,
    secret: true,
    parse: (given) => {
      const value = parser.parse(given);
      return value instanceof Refusal ? value : new Secret(value);
    },
  };
}

/** A comma list of at least one. Blanks around the commas are cut, empty entries are refused. */
export function listOf<Value>(item: Parser<Value>): Parser<readonly Value[]> {
  return {
    expects: `a comma list, each ${item.expects}`,
    parse: (given) => {
      const values: Value[] = [];
      for (const [index, entry] of given.split(',').entries()) {
        const value = entry.trim() === '' ? new Refusal() : item.parse(entry.trim());
        if (value instanceof Refusal) {
          return new Refusal(`entry ${index + 1}${value.hint ? `: ${value.hint}` : ''}`);
        }
        values.push(value);
      }
      return values;
    },
  };
}
