import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { CommandUsageError, decimal, defineCommand, type CommandCall } from '../../config/index.js';
import {
  DeadLetterJobs,
  placeOf,
  type JobResult,
  type Plan,
  type RedriveOrder,
} from '../../dead-letters/index.js';
import { LETTER_COLUMNS, letterRow } from './dead-letter-view.js';
import { redriveRules } from './rules.js';
import { meantSelection, SELECTION_OPTIONS } from './selection-options.js';

export const DEAD_LETTERS_REDRIVE = defineCommand({
  name: 'dead-letters redrive',
  describes: 'gives records back to the group that gave them up, each once however often it is run',
  parameters: '<topic>',
  takes: { least: 1, most: 1 },
  options: {
    ...SELECTION_OPTIONS,
    all: { describes: 'all that are open' },
    to: { value: 'topic', describes: 'into this topic instead of <source>.<group>.redrive' },
    'value-file': { value: 'file', describes: 'with this value, for exactly one dead letter' },
    rate: { value: 'records', describes: 'so many a second at most' },
    'dry-run': { describes: 'count, show a few, and write nothing' },
  },
  writes: true,
  run: redrive,
});

async function redrive(call: CommandCall): Promise<number> {
  const { options, output } = call;
  const order = await orderOf(call);
  const rate = options.value('rate', decimal({ min: 0.01 }));
  const jobs = await call.resolve(DeadLetterJobs);
  const plan = await jobs.plan(order);
  if (options.isSet('dry-run')) return tellPlan(call, plan);
  if (plan.taken === 0)
    return tellResult(call, plan, { taken: 0, left: plan.left, isCancelled: false });
  if (!output.isJson) tellPlan(call, plan);
  if (!(await call.confirm(`Redrive ${plan.taken}?`))) return 1;
  const result = await jobs.run(order, plan, {
    signal: call.signal,
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
    onProgress: ({ taken }) => output.progress(`redriven ${taken} of ${plan.taken}`),
  });
  return tellResult(call, plan, result);
}

async function orderOf(call: CommandCall): Promise<RedriveOrder> {
  const { options } = call;
  const to = options.text('to');
  const file = options.text('value-file');
  return {
    kind: 'redrive',
    topic: call.parameters[0]!,
    selection: meantSelection(options),
    by: userInfo().username,
    rules: await redriveRules(call),
    ...(to === undefined ? {} : { to }),
    ...(file === undefined ? {} : { value: contentOf(file) }),
  };
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandUsageError('--value-file: the file cannot be read', { cause: error });
  }
}

function tellPlan({ output }: CommandCall, plan: Plan): number {
  const targets = [...plan.takenByTarget].map(([topic, count]) => ({ topic, count }));
  const proposed = [...plan.proposedTargets];
  if (output.isJson) {
    const sample = plan.sample.map(placeOf);
    output.json({
      wouldTake: plan.taken,
      targets,
      left: plan.left,
      proposedTargets: proposed,
      sample,
    });
    return 0;
  }
  output.line(`${plan.taken} to redrive`);
  for (const { topic, count } of targets) output.line(`  ${count} to ${topic}`);
  for (const [why, count] of Object.entries(plan.left)) output.line(`  ${count} left: ${why}`);
  for (const topic of proposed) output.line(`  they came from ${topic}: --to ${topic}`);
  if (plan.sample.length > 0) {
    output.table(
      LETTER_COLUMNS,
      plan.sample.map((letter) => letterRow(letter, undefined)),
    );
  }
  return 0;
}

function tellResult({ output }: CommandCall, plan: Plan, result: JobResult): number {
  const { taken, left, isCancelled } = result;
  if (output.isJson) output.json({ redriven: taken, left, isCancelled });
  else {
    output.note('');
    output.line(`${taken} redriven`);
    for (const [why, count] of Object.entries(left)) output.line(`  ${count} left: ${why}`);
    if (isCancelled)
      output.line(`cancelled with ${plan.taken - taken} to go: run it again for the rest`);
  }
  return isCancelled ? 1 : 0;
}
