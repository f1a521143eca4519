import type { HistoryEvent } from '../checker/history.js';
import type { Verdict } from '../checker/verdict.js';
import type { ScenarioResult } from '../running/run-scenario.js';
import { CATALOGUE, faultOf } from '../scenarios/catalogue.js';

/** A scenario's result for a terminal: one line an invariant, and what was found. */
export function linesOf(result: ScenarioResult): string[] {
  const { id, title, records, seconds, verdicts } = result;
  const holds = verdicts.every((verdict) => verdict.holds);
  return [
    `${id} ${holds ? 'holds' : 'FAILS'}: ${title} (${records} records, ${seconds} s)`,
    `  ${measured(result)}`,
    ...verdicts.flatMap(verdictLines),
  ];
}

/** What no scenario does, each with its reason: none that can do it, or none that can do it here. */
export function notInjected(impossible: ReadonlyMap<string, string>): string[] {
  const here = new Map([...impossible].map(([id, reason]) => [faultOf(id), reason]));
  return CATALOGUE.flatMap(({ id, fault, missing }) => {
    const reason = missing ?? here.get(id);
    return reason === undefined ? [] : [`${id} not injected: ${fault} (${reason})`];
  });
}

/** The last line of a run. */
export function closingLine(results: readonly ScenarioResult[]): string {
  const failed = results.filter(({ verdicts }) => verdicts.some(({ holds }) => !holds));
  const names = failed.map(({ id }) => id).join(', ');
  return `${results.length - failed.length} held, ${failed.length} failed${names && `: ${names}`}`;
}

function measured({ observations }: ScenarioResult): string {
  const { settledInMs, recoveriesMs, drainsMs, peakMemoryMegabytes } = observations;
  const worst = (values: readonly number[]): string =>
    values.length === 0 ? '-' : `${Math.round(Math.max(...values))} ms`;
  return [
    `lag 0 after ${settledInMs === undefined ? 'never' : `${Math.round(settledInMs)} ms`}`,
    `slowest recovery ${worst(recoveriesMs)}`,
    `slowest drain ${worst(drainsMs)}`,
    `peak ${peakMemoryMegabytes} MB`,
  ].join(', ');
}

export function verdictLines({
  invariant,
  holds,
  violations,
  findings,
  numbers,
}: Verdict): string[] {
  const counted = Object.entries(numbers ?? {}).map(([name, count]) => `${name} ${count}`);
  const state = holds ? 'holds' : `VIOLATED ${violations} times`;
  return [
    `  ${invariant}: ${[state, ...counted].join(', ')}`,
    ...findings.flatMap(({ what, partition, offset, timeline }) => [
      `    ${offset === undefined ? '' : `${partition}@${offset} `}${what}`,
      ...(timeline ?? []).map((event) => `      ${eventLine(event)}`),
    ]),
  ];
}

function eventLine({ at, kind, ...details }: HistoryEvent): string {
  const shown = Object.entries(details).map(([name, value]) => `${name} ${String(value)}`);
  return `${at.toFixed(1)} ms ${kind}: ${shown.join(', ')}`;
}
