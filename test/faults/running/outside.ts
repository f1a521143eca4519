import { Findings, type Verdict } from '../checker/verdict.js';
import { PAYLOAD_CANARY } from '../driver/traffic.js';
import type { Bars } from '../scenarios/scenario.js';
import type { Member } from './member.js';
import type { Observations } from './observations.js';

const DEFAULT_MEMORY_MEGABYTES = 400;
export const SECRET_CANARY = 'canary-secret-81b2f7';

/** I7 to I11: what is judged by what was seen from outside, not by the history of records. */
export function judgeFromOutside(
  observations: Observations,
  bars: Bars,
  spoken: { readonly members: readonly Member[]; readonly deadLetterHeaders: string },
): Verdict[] {
  return [
    liveness(observations, bars),
    memory(observations, bars),
    health(observations, bars),
    accounting(observations),
    secrecy(spoken),
  ];
}

function liveness(observations: Observations, bars: Bars): Verdict {
  const findings = new Findings('I7 liveness');
  const { settledInMs, remainingLag, recoveriesMs, drainsMs, badExits } = observations;
  const over = (what: string, values: readonly number[], limit: number | undefined): void => {
    for (const value of values) {
      if (limit === undefined || value <= limit) continue;
      findings.add({ what: `${what} took ${Math.round(value)} ms; the bar is ${limit} ms` });
    }
  };
  if (settledInMs === undefined) findings.add({ what: `${remainingLag} records stayed behind` });
  over('lag 0', settledInMs === undefined ? [] : [settledInMs], bars.settledWithinMs);
  over('progress after a fault', recoveriesMs, bars.progressWithinMs);
  over('a drain', drainsMs, bars.drainWithinMs);
  for (const exit of badExits) findings.add({ what: exit });
  return findings.verdict();
}

function memory({ peakMemoryMegabytes }: Observations, bars: Bars): Verdict {
  const findings = new Findings('I8 memory');
  const limit = bars.memoryMegabytes ?? DEFAULT_MEMORY_MEGABYTES;
  if (peakMemoryMegabytes > limit) {
    findings.add({ what: `a member took ${peakMemoryMegabytes} MB; the bar is ${limit} MB` });
  }
  return findings.verdict({ peakMegabytes: peakMemoryMegabytes });
}

function health(observations: Observations, bars: Bars): Verdict {
  const findings = new Findings('I9 health');
  const { livezRefusals, unreadySamples, readyAtEnd } = observations;
  if (livezRefusals > 0) findings.add({ what: `/livez was not 200 ${livezRefusals} times` });
  if (!readyAtEnd) findings.add({ what: '/readyz was not 200 at the end' });
  if (bars.becomesUnready === true && unreadySamples === 0) {
    findings.add({ what: '/readyz never said 503' });
  }
  return findings.verdict({ unreadySamples });
}

const PARTS_OF_RECEIVED = [
  'done',
  'duplicate',
  'skipped',
  'retried',
  'deadLettered',
  'abandoned',
  'inFlight',
  'buffered',
  'waiting',
];

/** received = every outcome + given back + still there, for each member by itself. */
function accounting({ accounts }: Observations): Verdict {
  const findings = new Findings('I10 accounting');
  for (const { member, counts } of accounts) {
    const { received } = counts;
    const sum = PARTS_OF_RECEIVED.reduce((total, part) => total + (counts[part] ?? NaN), 0);
    if (received !== sum) {
      findings.add({ what: `${member} received ${received ?? NaN} and accounts for ${sum}` });
    }
  }
  return findings.verdict();
}

function secrecy(spoken: {
  readonly members: readonly Member[];
  readonly deadLetterHeaders: string;
}): Verdict {
  const findings = new Findings('I11 secrecy');
  const places: [string, string][] = [
    ['the headers of a dead letter', spoken.deadLetterHeaders],
    ...spoken.members.map(({ pid, output }): [string, string] => [`the log of ${pid}`, output]),
  ];
  for (const [place, text] of places) {
    for (const canary of [PAYLOAD_CANARY, SECRET_CANARY]) {
      if (text.includes(canary)) findings.add({ what: `${canary} stands in ${place}` });
    }
  }
  return findings.verdict();
}
