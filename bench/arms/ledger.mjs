import { performance } from 'node:perf_hooks';
import { Fates } from '../fates.mjs';
import { RecordPlan } from '../records.mjs';
import { Latencies } from './latencies.mjs';

const milliseconds = ({ user, system }) => (user + system) / 1000;

/**
 * An arm's account of what it handled: the same cheap bookkeeping in every arm. The measured loop begins with the first
 * start and ends when the last distinct record is over: completed, or failed for the last time; or when it is told to.
 */
export class Ledger {
  #plan;
  #fates;
  #latencies;
  #over;
  #failures;
  #isRunning;
  #nextOfKey;
  #distinct = 0;
  #givenUp = 0;
  #repeated = 0;
  #disordered = 0;
  #strangers = 0;
  #workMs = 0;
  #firstStart;
  #cpuAtStart;
  #end;
  #resolve;
  #endsWithHandlers;

  /**
   * @param {ReturnType<typeof import('./contract.mjs').readTask>} task
   * @param {{ endsWithHandlers?: boolean }} [options] false: the loop ends when somebody says so, past the last handler
   */
  constructor(task, { endsWithHandlers = true } = {}) {
    const { total } = task;
    this.#endsWithHandlers = endsWithHandlers;
    this.#plan = new RecordPlan(total);
    this.#fates = new Fates(this.#plan, task);
    this.#latencies = new Latencies(this.#fates);
    this.#over = new Uint8Array(total);
    this.#failures = new Uint8Array(total);
    this.#isRunning = new Uint8Array(this.#plan.keyCount);
    this.#nextOfKey = new Uint32Array(this.#plan.keyCount);
    /** Resolves when every record is over. */
    this.complete = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** The measured loop begins with the first call. */
  begin() {
    if (this.#firstStart !== undefined) return;
    this.#cpuAtStart = process.cpuUsage();
    this.#firstStart = performance.now();
    this.#latencies.begin();
  }

  started({ id }) {
    this.begin();
    const key = this.#plan.keys[id];
    if (this.#isRunning[key] === 1) this.#disordered += 1;
    this.#isRunning[key] = 1;
    if (this.#over[id] === 0 && !this.#isNext(id)) this.#disordered += 1;
  }

  ended({ id, seq, dueAt }) {
    if (this.#plan.sequences[id] !== seq) this.#strangers += 1;
    this.#latencies.note(id, dueAt);
    this.#settle(id);
  }

  /** Whether this attempt fails, as the workload asks; then it has ended. */
  fails({ id }) {
    const wanted = this.#fates.failuresOf(id);
    if (this.#failures[id] >= wanted) return false;
    this.#failures[id] += 1;
    this.#isRunning[this.#plan.keys[id]] = 0;
    if (this.#failures[id] === wanted && this.#fates.isLost(id)) {
      this.#givenUp += 1;
      this.#settle(id);
    }
    return true;
  }

  /** How long the simulated work of one record really took. */
  worked(duration) {
    this.#workMs += duration;
  }

  /** Everything that belongs to the measured loop is over. */
  end() {
    this.#end = this.#now();
    this.#resolve();
  }

  result() {
    const { wallMs, loopCpu, wholeCpu } = this.#end ?? this.#now();
    const round = (number) => Math.round(number * 100) / 100;
    return {
      n: this.#distinct,
      wall_ms: round(wallMs),
      startup_ms: round(this.#firstStart ?? performance.now()),
      cpu_ms: round(wholeCpu),
      loop_cpu_ms: round(loopCpu),
      given_up: this.#givenUp,
      ...this.#latencies.result(),
      work_ms_mean: this.#workMs === 0 ? null : round(this.#workMs / this.#distinct),
      dups: this.#repeated,
      order_violations: this.#disordered,
      strangers: this.#strangers,
    };
  }

  #settle(id) {
    const key = this.#plan.keys[id];
    this.#isRunning[key] = 0;
    if (this.#over[id] === 1) {
      this.#repeated += 1;
      return;
    }
    if (!this.#isNext(id)) this.#disordered += 1;
    this.#over[id] = 1;
    this.#nextOfKey[key] += 1;
    this.#distinct += 1;
    if (this.#endsWithHandlers && this.#distinct === this.#plan.total) this.end();
  }

  #isNext(id) {
    return this.#nextOfKey[this.#plan.keys[id]] === this.#plan.sequences[id];
  }

  #now() {
    const now = performance.now();
    return {
      wallMs: now - (this.#firstStart ?? now),
      loopCpu: milliseconds(process.cpuUsage(this.#cpuAtStart)),
      wholeCpu: milliseconds(process.cpuUsage()),
    };
  }
}
