import { Logger } from '@nestjs/common';
import { putModelInPlace } from './world/model-in-place.js';

await putModelInPlace();
Logger.overrideLogger(false);
const { checkSchedules, extentOf } = await import('./world/simulation.js');

// Here and not inside a test: jest runs tests in an asynchronous context, which makes every promise cost a multiple.
// A second process, with another seed than the first.
const extent = extentOf();
const { summary, violation, trace } = await checkSchedules({ ...extent, seed: extent.seed + 1 });
process.stdout.write(`${summary}\n`);

describe('the engine under random schedules', () => {
  it('keeps its guarantees over crashes, rebalances, lost answers and late ones', () => {
    if (violation !== undefined) throw new Error([violation.message, summary, ...trace].join('\n'));
  });
});
