import { runArm } from './arm-process.mjs';
import { rateOf } from './comparison.mjs';
import { faultsOf } from './correctness.mjs';
import { Fates } from './fates.mjs';
import { publishSteadily } from './pace.mjs';
import { createTopic, topicOf } from './preload.mjs';
import { RecordPlan } from './records.mjs';
import { sendingOrder } from './repeats.mjs';

/**
 * Runs every arm of a workload once per round, one after the other, each round beginning with another arm: what slows
 * the machine for a while slows neighbours alike, and no arm is always first.
 * @param {import('./workloads.mjs').Workload} workload
 * @param {{ address: string, size: 'full' | 'short', rounds: number, nodeOptions: readonly string[], stores?: Record<string, string>, tell: (line: string) => void, signal: AbortSignal }} options
 */
export async function runRounds(workload, { address, size, rounds, tell, ...rest }) {
  const runs = [];
  const until = Date.now() + workload.minutes[size] * 60_000;
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0 && Date.now() >= until) {
      tell(`${workload.name}: no further round, its time is used up`);
      break;
    }
    for (let turn = 0; turn < workload.arms.length; turn += 1) {
      const arm = workload.arms[(round + turn) % workload.arms.length];
      const run = await oneRun(workload, { arm, total: arm[size], address, round, ...rest });
      runs.push(run);
      tell(`${workload.name} round ${round + 1}/${rounds}  ${lineOf(run)}`);
    }
  }
  return runs;
}

async function oneRun({ name, parameters }, { arm, total, address, round, ...rest }) {
  const { partitions, attempts } = parameters;
  const { failRate = 0, lossRate = 0, perSecond = 0, repeatRate = 0, store = 'none' } = arm;
  const group = `${name}-${arm.name}-${round}`;
  const topic = perSecond > 0 ? `bench-${group}` : topicOf(partitions, total, repeatRate);
  const repeats = sendingOrder(total, repeatRate).length - total;
  const task = { total, failRate, lossRate, attempts, perSecond, repeats, store };
  const outputTopic = arm.produces === true ? `${group}-outputs` : '';
  if (perSecond > 0) await createTopic(address, topic, partitions);
  if (arm.produces === true) await createTopic(address, outputTopic, partitions);
  return runArm({
    arm: arm.name,
    file: arm.file ?? arm.name,
    round,
    environment: {
      ...environmentOf(parameters, { arm: arm.name, address, topic, group, outputTopic, ...task }),
      ...rest.stores,
    },
    repeats: store === 'none' ? repeats : 0,
    lost: lossRate > 0 ? new Fates(new RecordPlan(total), task).lost : [],
    ...(perSecond > 0 && {
      meanwhile: () =>
        publishSteadily(address, { topic, partitions, total, perSecond, signal: rest.signal }),
    }),
    ...rest,
  });
}

function environmentOf(parameters, { arm, address, topic, group, outputTopic, ...task }) {
  const { workMs, concurrency, partitions, order, validate, attempts, backoffMs } = parameters;
  return {
    ARM: arm,
    BROKERS: address,
    TOPIC: topic,
    GROUP: group,
    OUTPUT_TOPIC: outputTopic,
    DEAD_LETTER_TOPIC: task.lossRate > 0 ? `${group}.dlq` : 'bench.dlq',
    N: String(task.total),
    WORK_MS: String(workMs),
    CONCURRENCY: String(concurrency),
    PARTITIONS: String(partitions),
    ORDER: order,
    VALIDATE: String(validate),
    ATTEMPTS: String(attempts),
    BACKOFF_MS: String(backoffMs),
    FAIL_RATE: String(task.failRate),
    LOSS_RATE: String(task.lossRate),
    PER_SECOND: String(task.perSecond),
    REPEATS: String(task.repeats),
    STORE: task.store,
  };
}

function lineOf(run) {
  const faults = faultsOf(run);
  const rate = run.result === undefined ? '' : `${Math.round(rateOf(run.result))} records/s`;
  const p99 = run.result?.p99_ms ? `  p99 ${run.result.p99_ms} ms` : '';
  const end = faults.length > 0 ? `  INCORRECT: ${faults.join(', ')}\n${run.output}` : '';
  return `${run.arm.padEnd(22)} ${rate.padStart(17)}${p99}${end}`;
}
