import { performance } from 'node:perf_hooks';
import { RecordPlan } from '../records.mjs';

const milliseconds = ({ user, system }) => (user + system) / 1000;

/**
 * An arm's account of what it handled: the same cheap bookkeeping in every arm. The measured loop begins with the first
 * start and ends when the last distinct record is completed.
 */
export class Ledger {
  #plan;
  #completed;
  #nextOfKey;
  #distinct = 0;
  #repeated = 0;
  #disordered = 0;
  #strangers = 0;
  #workMs = 0;
  #firstStart;
  #cpuAtStart;
  #end;
  #resolve;

  /** @param {number} total */
  constructor(total) {
    this.#plan = new RecordPlan(total);
    this.#completed = new Uint8Array(total);
    this.#nextOfKey = new Uint32Array(this.#plan.keyCount);
    /** Resolves when every record has been completed. */
    this.complete = new Promise((resolve) => (this.#resolve = resolve));
  }

  started({ id }) {
    if (this.#firstStart === undefined) {
      this.#cpuAtStart = process.cpuUsage();
      this.#firstStart = performance.now();
    }
    if (this.#completed[id] === 0 && !this.#isNext(id)) this.#disordered += 1;
  }

  ended({ id, seq }) {
    if (this.#plan.sequences[id] !== seq) this.#strangers += 1;
    if (this.#completed[id] !== 0) {
      this.#repeated += 1;
      return;
    }
    if (!this.#isNext(id)) this.#disordered += 1;
    this.#completed[id] = 1;
    this.#nextOfKey[this.#plan.keys[id]] += 1;
    this.#distinct += 1;
    if (this.#distinct === this.#plan.total) this.#finish();
  }

  /** How long the simulated work of one record really took. */
  worked(duration) {
    this.#workMs += duration;
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
      work_ms_mean: this.#workMs === 0 ? null : round(this.#workMs / this.#distinct),
      dups: this.#repeated,
      order_violations: this.#disordered,
      strangers: this.#strangers,
    };
  }

  #isNext(id) {
    return this.#nextOfKey[this.#plan.keys[id]] === this.#plan.sequences[id];
  }

  #finish() {
    this.#end = this.#now();
    this.#resolve();
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
