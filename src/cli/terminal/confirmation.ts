import { createInterface } from 'node:readline/promises';
import { CommandUsageError } from '../../config/index.js';

/** Asks the operator; undefined where nobody can be asked. */
export type Ask = ((question: string) => Promise<string>) | undefined;

/** The process's own terminal, when it has one on both sides. */
export function askOnTerminal(): Ask {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (question) => {
    const asking = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await asking.question(question);
    } finally {
      asking.close();
    }
  };
}

/** Anything but yes is no. Where nobody can be asked, only `--yes` says yes. */
export async function confirm(ask: Ask, question: string, isAgreed: boolean): Promise<boolean> {
  if (isAgreed) return true;
  if (ask === undefined) {
    throw new CommandUsageError('nobody can be asked here: add --yes to go ahead');
  }
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim());
}
