import { userInfo } from 'node:os';
import { CommandUsageError, defineCommand, type CommandCall } from '../../config/index.js';
import { DeadLetterJobs, type DiscardOrder } from '../../dead-letters/index.js';
import { meantSelection, SELECTION_OPTIONS } from './selection-options.js';

export const DEAD_LETTERS_DISCARD = defineCommand({
  name: 'dead-letters discard',
  describes: 'notes that dead letters are done with; they stay in their topic until its retention',
  parameters: '<topic>',
  takes: { least: 1, most: 1 },
  options: {
    ...SELECTION_OPTIONS,
    all: { describes: 'all that are open' },
    because: { value: 'reason', describes: 'why; it is kept with the note' },
    'dry-run': { describes: 'count, and write nothing' },
  },
  writes: true,
  run: discard,
});

async function discard(call: CommandCall): Promise<number> {
  const { options, output } = call;
  const reason = options.text('because')?.trim() ?? '';
  if (reason === '') throw new CommandUsageError('say why: --because <reason>');
  const order: DiscardOrder = {
    kind: 'discard',
    topic: call.parameters[0]!,
    selection: meantSelection(options),
    by: userInfo().username,
    reason,
  };
  const jobs = await call.resolve(DeadLetterJobs);
  const plan = await jobs.plan(order);
  if (options.isSet('dry-run') || plan.taken === 0) {
    if (output.isJson) output.json({ wouldTake: plan.taken, left: plan.left });
    else output.line(`${plan.taken} to discard`);
    return 0;
  }
  if (!(await call.confirm(`Discard ${plan.taken}?`))) return 1;
  const { taken, left, isCancelled } = await jobs.run(order, plan, {
    signal: call.signal,
    onProgress: (progress) => output.progress(`discarded ${progress.taken} of ${plan.taken}`),
  });
  if (output.isJson) output.json({ discarded: taken, left, isCancelled });
  else output.line(`${taken} discarded`);
  return isCancelled ? 1 : 0;
}
