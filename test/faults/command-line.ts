import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { StackError } from '../../stack/project.mjs';
import { kindOf } from './cluster/brokers.js';
import { SCENARIOS } from './scenarios/index.js';
import type { Length, Scenario } from './scenarios/scenario.js';

export interface CommandLine {
  readonly mode: 'scenarios' | 'soak';
  /** How long a soak is. */
  readonly minutes: number;
  readonly length: Length;
  readonly seed: number;
  readonly scenarios: readonly Scenario[];
  /** The page to write beside the JSON, if any. */
  readonly reportFile: string | undefined;
  readonly keep: boolean;
  /** The bug to put into every member, which the run must then find. */
  readonly plant: string | undefined;
}

const DEFAULT_MINUTES = '60';
const USAGE = `npm run faults -- [--smoke] [--scenario S01,S03] [--seed N] [--report FILE] [--keep] [--plant BUG]
npm run faults -- --soak [--minutes ${DEFAULT_MINUTES}]`;

export function readCommandLine(parameters: readonly string[]): CommandLine {
  const { values } = parse(parameters);
  const names = values.scenario?.split(',');
  const unknown = names?.filter((name) => !SCENARIOS.some(({ id }) => id === name)) ?? [];
  if (unknown.length > 0) {
    const known = SCENARIOS.map(({ id }) => id).join(', ');
    throw new StackError(`No scenario is called ${unknown.join(', ')}. There are: ${known}.`);
  }
  const length = values.smoke === true ? 'smoke' : 'full';
  const chosen = SCENARIOS.filter(({ id, smoke }) =>
    names === undefined ? length === 'full' || smoke === true : names.includes(id),
  );
  return {
    mode: values.soak === true ? 'soak' : 'scenarios',
    minutes: Number(values.minutes ?? DEFAULT_MINUTES),
    length,
    seed: values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed),
    // Brokers are kept from one scenario to the next that wants the same.
    scenarios: [...chosen].sort((left, right) => kindOf(left).localeCompare(kindOf(right))),
    reportFile: values.report,
    keep: values.keep === true,
    plant: values.plant,
  };
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: {
        smoke: { type: 'boolean' },
        soak: { type: 'boolean' },
        minutes: { type: 'string' },
        scenario: { type: 'string' },
        seed: { type: 'string' },
        report: { type: 'string' },
        keep: { type: 'boolean' },
        plant: { type: 'string' },
      },
    });
  } catch (error) {
    throw new StackError(`${(error as Error).message}\n${USAGE}`, { cause: error });
  }
}
