import { parseArgs } from 'node:util';
import { StackError } from '../stack/project.mjs';
import { WORKLOADS } from './workloads.mjs';

const NAMES = WORKLOADS.map(({ name }) => name);
const USAGE = `npm run bench -- [--short] [--rounds <number>] [--arms <name,...>] [--profile] [${NAMES.join('] [')}]`;

/**
 * What was asked for. No workload named means all. With only some arms, the bars that need the others are left out.
 * @param {readonly string[]} parameters
 */
export function readCommandLine(parameters) {
  const { values, positionals } = parsed(parameters);
  const unknown = positionals.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw wrong(`there is no workload ${unknown}`);
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
    throw wrong(`--rounds ${values.rounds} is not a number of rounds`);
  const wanted = WORKLOADS.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  const arms = values.arms?.split(',');
  return {
    size: values.short ? 'short' : 'full',
    rounds,
    profile: values.profile,
    workloads: arms === undefined ? wanted : wanted.map((workload) => narrowed(workload, arms)),
  };
}

function parsed(parameters) {
  try {
    return parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: {
        short: { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        arms: { type: 'string' },
      },
    });
  } catch (error) {
    throw wrong(error.message);
  }
}

function narrowed(workload, names) {
  const unknown = names.find((name) => workload.arms.every((arm) => arm.name !== name));
  if (unknown !== undefined) throw wrong(`${workload.name} has no arm ${unknown}`);
  const isLeft = (name) => names.includes(name) || workload.arms.every((arm) => arm.name !== name);
  return {
    ...workload,
    arms: workload.arms.filter(({ name }) => names.includes(name)),
    bars: workload.bars.filter(({ of, over }) => isLeft(of) && isLeft(over)),
  };
}

const wrong = (problem) => new StackError(`${problem}\n${USAGE}`, { exitCode: 2 });
