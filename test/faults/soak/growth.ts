import type { MemorySample } from './memory-samples.js';
import { slopeOf, type Slope } from './slope.js';

const WARM_UP_MINUTES = 10;
/** Of a short run, what part is warming up. */
const WARM_UP_SHARE = 1 / 3;

/** What grew after the warm-up, in bytes. */
export interface Growth {
  readonly warmUpSeconds: number;
  readonly samples: number;
  readonly live: Slope;
  readonly resident: Slope;
}

export function growthOf(samples: readonly MemorySample[], minutes: number): Growth {
  const warmUpSeconds = 60 * Math.min(WARM_UP_MINUTES, minutes * WARM_UP_SHARE);
  const end = minutes * 60;
  const warm = samples.filter(({ atSeconds: at }) => at > warmUpSeconds && at <= end);
  const slope = (value: (sample: MemorySample) => number): Slope =>
    slopeOf(warm.map((sample) => [sample.atSeconds, value(sample)] as const));
  return {
    warmUpSeconds,
    samples: warm.length,
    live: slope(({ live }) => live),
    resident: slope(({ resident }) => resident),
  };
}
