import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { StackError } from '../../stack/project.mjs';
import { kindOf } from './cluster/brokers.js';
import { SCENARIOS } from './scenarios/index.js';
import { TRIAL_KINDS, type TrialKind } from './trials/changes.js';
import type { Length, Scenario } from './scenarios/scenario.js';

export interface CommandLine {
  readonly mode:
    'scenarios' | 'soak' | 'trials' | 'memory' | 'recovery' | 'ledger' | 'controls' | 'planted';
  /** How long a soak is. */
  readonly minutes: number;
  /** How many trials, and of what. */
  readonly trials: number;
  readonly kind: TrialKind;
  /** How often each recovery is measured. */
  readonly repeats: number;
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
const DEFAULT_REPEATS = '3';
const USAGE = `npm run faults -- [--smoke] [--scenario S01,S03] [--seed N] [--report FILE] [--keep] [--plant BUG]
npm run faults -- --soak [--minutes ${DEFAULT_MINUTES}]
npm run faults -- --trials N [--kind ${Object.keys(TRIAL_KINDS).join('|')}]
npm run faults -- --memory [--smoke]
npm run faults -- --recovery [--repeats ${DEFAULT_REPEATS}]
npm run faults -- --ledger [--smoke] [--report FILE]
npm run faults -- --controls [--plant NAME]
npm run faults -- --planted [--plant BUG]`;

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
    mode: modeOf(values),
    minutes: Number(values.minutes ?? DEFAULT_MINUTES),
    trials: Number(values.trials ?? 0),
    repeats: Number(values.repeats ?? DEFAULT_REPEATS),
    kind: kindOfTrial(values.kind),
    length,
    seed: values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed),
    // Brokers are kept from one scenario to the next that wants the same.
    scenarios: [...chosen].sort((left, right) => kindOf(left).localeCompare(kindOf(right))),
    reportFile: values.report,
    keep: values.keep === true,
    plant: values.plant,
  };
}

function modeOf(values: ReturnType<typeof parse>['values']): CommandLine['mode'] {
  if (values.soak === true) return 'soak';
  if (values.memory === true) return 'memory';
  if (values.recovery === true) return 'recovery';
  if (values.ledger === true) return 'ledger';
  if (values.controls === true) return 'controls';
  if (values.planted === true) return 'planted';
  return values.trials === undefined ? 'scenarios' : 'trials';
}

function kindOfTrial(name = 'round'): TrialKind {
  if (name in TRIAL_KINDS) return name as TrialKind;
  throw new StackError(`No trial is called ${name}.\n${USAGE}`);
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      options: {
        smoke: { type: 'boolean' },
        soak: { type: 'boolean' },
        minutes: { type: 'string' },
        memory: { type: 'boolean' },
        recovery: { type: 'boolean' },
        repeats: { type: 'string' },
        ledger: { type: 'boolean' },
        controls: { type: 'boolean' },
        planted: { type: 'boolean' },
        trials: { type: 'string' },
        kind: { type: 'string' },
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
