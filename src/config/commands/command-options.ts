import { Refusal, type Parser } from '../parsing/index.js';
import { CommandUsageError } from './command.errors.js';

type Given = string | boolean | readonly (string | boolean)[] | undefined;

/** The options of one call, by their names without the dashes. Wrong values are usage errors that name the option. */
export class CommandOptions {
  constructor(private readonly given: Readonly<Record<string, Given>>) {}

  isSet(name: string): boolean {
    return this.given[name] === true;
  }

  text(name: string): string | undefined {
    const given = this.given[name];
    return typeof given === 'string' ? given : undefined;
  }

  /** Every value of an option that may be repeated; undefined when it is not given. */
  texts(name: string): readonly string[] | undefined {
    const given = this.given[name];
    return Array.isArray(given) ? given.map(String) : undefined;
  }

  value<Value>(name: string, parser: Parser<Value>): Value | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parser.parse(text.trim());
    if (!(value instanceof Refusal)) return value;
    const hint = value.hint === undefined ? '' : ` (${value.hint})`;
    throw new CommandUsageError(`--${name}: expected ${parser.expects}${hint}`);
  }
}
