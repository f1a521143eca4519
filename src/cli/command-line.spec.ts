import { CommandUsageError, decimal, defineCommand } from '../config/index.js';
import { parseCommandLine } from './command-line.js';
import { helpOf, overview } from './help.js';

const ls = defineCommand({
  name: 'letters ls',
  describes: 'lists them',
  parameters: '[<topic>]',
  takes: { least: 0, most: 1 },
  options: {
    reason: { value: 'reason', multiple: true, describes: 'only these' },
    rate: { value: 'records', describes: 'a second' },
  },
  writes: false,
  run: () => Promise.resolve(0),
});
const drop = defineCommand({
  name: 'letters drop',
  describes: 'drops them',
  parameters: '<topic>',
  takes: { least: 1, most: 1 },
  writes: true,
  run: () => Promise.resolve(0),
});
const all = [ls, drop];

describe('the command line', () => {
  it('finds a command by its words, and reads its parameters and options', () => {
    const words = ['letters', 'ls', 'a.dlq', '--reason', 'x', '--reason=y', '--json'];
    const parsed = parseCommandLine(words, all)!;
    expect(parsed.command).toBe(ls);
    expect(parsed.parameters).toEqual(['a.dlq']);
    expect(parsed.options.texts('reason')).toEqual(['x', 'y']);
    expect(parsed.options.isSet('json')).toBe(true);
  });

  it.each([
    ['an unknown command', ['letters', 'burn'], /no such command: letters burn.*letters ls/],
    ['an unknown option', ['letters', 'ls', '--reasn', 'x'], /reasn/],
    ['--yes where nothing is written', ['letters', 'ls', '--yes'], /yes/],
    ['too many parameters', ['letters', 'ls', 'a', 'b'], /takes \[<topic>\]/],
    ['too few parameters', ['letters', 'drop'], /takes <topic>/],
  ])('refuses %s, and says what is known', (_what, words, message) => {
    expect(() => parseCommandLine(words, all)).toThrow(CommandUsageError);
    expect(() => parseCommandLine(words, all)).toThrow(message);
  });

  it('refuses a value that is none, by the name of its option', () => {
    const { options } = parseCommandLine(['letters', 'ls', '--rate', 'fast'], all)!;
    expect(() => options.value('rate', decimal())).toThrow('--rate: expected a number');
  });

  it('gives help for nothing, for --help, and for a command without its parameters', () => {
    expect(parseCommandLine([], all)).toBe(undefined);
    expect(parseCommandLine(['--help'], all)).toBe(undefined);
    expect(parseCommandLine(['letters', 'drop', '--help'], all)!.options.isSet('help')).toBe(true);
    expect(overview(all)).toContain('letters drop  drops them');
    expect(helpOf(drop)).toContain('--yes');
  });
});
