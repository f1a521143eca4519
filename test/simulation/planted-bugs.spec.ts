import { existsSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { putModelInPlace } from './world/model-in-place.js';

await putModelInPlace();
Logger.overrideLogger(false);
const { checkSchedules } = await import('./world/simulation.js');
const { plant, PLANTED_BUGS, removeBugs } = await import('./world/planted-bugs.js');

const EXTENT = { schedules: 10_000, seed: 20_261, isTrial: true };

/** The bugs that every suite of this kind should catch, and what catches them here: a planted one, or a place. */
const CAUGHT_BY: readonly (readonly [bug: string, by: string])[] = [
  [
    'commit the highest instead of the lowest',
    'commits the highest offset instead of the lowest unsettled',
  ],
  ['commit before the effect', 'commits before the effect'],
  ['effect after a revocation', 'starts records of a partition that was revoked'],
  ['dead letter, then forget the commit', 'forgets to commit what it dead-lettered'],
  [
    "ignore a dead letter's acknowledgement",
    'does not wait for the acknowledgement of a dead letter',
  ],
  ['drop duplicate headers of a dead letter', 'src/failures/failure-router.spec.ts'],
  ['serialize the value of a dead letter anew', 'src/failures/failure-router.spec.ts'],
  ['mark a message before its effect', 'test/contract/idempotency.contract.ts'],
  ['recognize duplicates without the group', 'test/contract/idempotency.contract.ts'],
  ['a retry overtaken by its key', 'lets a key go on while its record waits for a retry'],
  ['a wake-up lost on an empty queue', 'does not wake a key whose queue ran empty'],
  ['markers counted as pending', 'counts transaction markers as pending'],
  ['metadata cut wrongly at its limit', 'src/kafka/consumer/offsets/completed-ahead.spec.ts'],
  ['timers abandoned by a drain', 'leaves the timers of retries running when a partition is lost'],
];

const found = new Map<string, string>();
for (const bug of Object.keys(PLANTED_BUGS)) {
  plant(bug);
  const { violation } = await checkSchedules(EXTENT).finally(removeBugs);
  if (violation !== undefined) found.set(bug, violation.message);
}
const intact = await checkSchedules({ ...EXTENT, schedules: 1_000 });

describe('the simulation finds an engine that', () => {
  it.each(Object.keys(PLANTED_BUGS))('%s', (bug) => {
    expect(found.get(bug)).toEqual(expect.any(String));
  });
});

describe('the planted bugs', () => {
  it('are removed again', () => {
    expect(intact.violation).toBeUndefined();
  });

  it.each(CAUGHT_BY)('include "%s", or a named place tests it', (_bug, by) => {
    expect(by in PLANTED_BUGS || existsSync(by)).toBe(true);
  });
});
