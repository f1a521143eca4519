import { runArm } from './arm-process.mjs';
import { rateOf } from './comparison.mjs';
import { faultsOf } from './correctness.mjs';
import { topicOf } from './preload.mjs';

/**
 * Runs every arm of a workload once per round, one after the other, each round beginning with another arm: what slows
 * the machine for a while slows neighbours alike, and no arm is always first.
 * @param {import('./workloads.mjs').Workload} workload
 * @param {{ address: string, size: 'full' | 'short', rounds: number, nodeOptions: readonly string[], tell: (line: string) => void, signal: AbortSignal }} options
 */
export async function runRounds(workload, { address, size, rounds, nodeOptions, tell, signal }) {
  const runs = [];
  const until = Date.now() + workload.minutes[size] * 60_000;
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0 && Date.now() >= until) {
      tell(`${workload.name}: no further round, its time is used up`);
      break;
    }
    for (let turn = 0; turn < workload.arms.length; turn += 1) {
      const arm = workload.arms[(round + turn) % workload.arms.length];
      const environment = environmentOf(workload, { arm, total: arm[size], address, round });
      const run = await runArm({ arm: arm.name, round, environment, nodeOptions, signal });
      runs.push(run);
      tell(`${workload.name} round ${round + 1}/${rounds}  ${lineOf(run)}`);
    }
  }
  return runs;
}

function environmentOf({ name, parameters }, { arm, total, address, round }) {
  const { workMs, concurrency, partitions, order, validate } = parameters;
  return {
    BROKERS: address,
    TOPIC: topicOf(partitions, total),
    GROUP: `${name}-${arm.name}-${round}`,
    N: String(total),
    WORK_MS: String(workMs),
    CONCURRENCY: String(concurrency),
    PARTITIONS: String(partitions),
    ORDER: order,
    VALIDATE: String(validate),
    FAIL_RATE: '0',
    PERM_RATE: '0',
    DEDUP: '0',
  };
}

function lineOf(run) {
  const faults = faultsOf(run);
  const rate = run.result === undefined ? '' : `${Math.round(rateOf(run.result))} records/s`;
  const end = faults.length > 0 ? `  INCORRECT: ${faults.join(', ')}\n${run.output}` : '';
  return `${run.arm.padEnd(22)} ${rate.padStart(17)}${end}`;
}
