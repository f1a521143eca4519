import type { ProxyMode } from '../../support/tcp-proxy.js';
import type { World } from '../running/world.js';
import type { SeededRandom } from './random.js';

/** A broker by its number from 0, or by what it is for the scenario's topic and group at that moment. */
export type BrokerRole = number | 'leader' | 'coordinator';

export type Fault =
  | { readonly kind: 'kill'; readonly member: number; readonly backAfterMs: number }
  /**
   * A new process in that place, which kills itself when it passes a point of the code for the nth time; or stands still
   * there, and goes on after so long.
   */
  | {
      readonly kind: 'failpoint';
      readonly member: number;
      readonly point: string;
      readonly nth: number;
      readonly standsStillMs?: number;
    }
  | { readonly kind: 'pause'; readonly member: number; readonly forMs: number }
  /** SIGTERM, its end awaited, and a new one in its place. The next of these begins when that one is ready. */
  | { readonly kind: 'redeploy'; readonly member: number }
  | { readonly kind: 'leave'; readonly member: number }
  | { readonly kind: 'join'; readonly member: number }
  | {
      readonly kind: 'broker-down';
      readonly broker: BrokerRole;
      /** `fill-disk`: its data have no room left, which ends it; then there is room again. */
      readonly how: 'stop' | 'kill' | 'pause' | 'fill-disk';
      readonly forMs: number;
    }
  /** The wire to the broker is damaged and healed. A mere delay interrupts nobody. */
  | { readonly kind: 'network'; readonly mode: ProxyMode; readonly forMs: number }
  | { readonly kind: 'act'; readonly what: string; readonly act: (world: World) => Promise<void> };

/** A fault and when it happens, in milliseconds after the first record. */
export interface Step {
  readonly at: number;
  readonly fault: Fault;
}

/** The same fault again and again, each time a little elsewhere: at `everyMs` give or take a tenth. */
export function repeated(
  random: SeededRandom,
  { times, everyMs, from = everyMs }: { times: number; everyMs: number; from?: number },
  fault: (turn: number) => Fault,
): Step[] {
  return Array.from({ length: times }, (_, turn) => ({
    at: Math.round(from + turn * everyMs + random.between(-everyMs / 10, everyMs / 10)),
    fault: fault(turn),
  }));
}

/** One line for each step, for people. */
export function wordsOf({ at, fault }: Step): string {
  const { kind, ...details } = fault;
  const shown = Object.entries(details)
    .filter(([, value]) => typeof value !== 'function')
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  return `${(at / 1000).toFixed(1)} s: ${[kind, ...shown].join(', ')}`;
}
