import type { Command } from '../config/index.js';
import { optionsOf } from './command-line.js';

const CALL = 'npm run millrace --';

/** What there is, one line a command. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `${CALL} <command>`,
    '',
    ...commands.map(({ name, describes }) => `  ${name.padEnd(width)}  ${describes}`),
    '',
    `${CALL} <command> --help says more. It reads the same environment as the service.`,
    'Exit codes: 0 done, 1 a check that failed or work that is not done, 2 wrong arguments or configuration.',
    '',
  ].join('\n');
}

/** What one command takes. */
export function helpOf(command: Command): string {
  const options = Object.entries(optionsOf(command)).map(
    ([name, { value, multiple, describes }]) => {
      const shown = value === undefined ? `--${name}` : `--${name} <${value}>`;
      return [shown, multiple === true ? `${describes}; may be repeated` : describes] as const;
    },
  );
  const width = Math.max(...options.map(([shown]) => shown.length));
  const parameters = command.parameters === undefined ? '' : ` ${command.parameters}`;
  return [
    `${CALL} ${command.name}${parameters} [options]`,
    '',
    command.describes,
    '',
    ...options.map(([shown, describes]) => `  ${shown.padEnd(width)}  ${describes}`),
    '',
  ].join('\n');
}
