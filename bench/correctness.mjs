import { withAdmin } from '../stack/samples/kafka-connection.mjs';

/**
 * What is wrong with a finished run, in words; nothing when every record was handled exactly once (its repeats too where
 * nothing is remembered), in the order of its key, and is committed, and those that fail for ever, and no others, are dead letters.
 * @param {import('./arm-process.mjs').ArmRun} run
 */
export function faultsOf(run) {
  const { result, exitCode, expected, repeats, uncommitted, deadLetters, lost, outputs } = run;
  if (result === undefined) return [`gave no result (exit ${exitCode})`];
  const faults = [];
  if (exitCode !== 0) faults.push(`exit ${exitCode}`);
  if (result.n !== expected) faults.push(`${result.n} of ${expected} records finished`);
  if (result.dups !== repeats) faults.push(`${result.dups} handled twice instead of ${repeats}`);
  if (result.order_violations > 0) faults.push(`${result.order_violations} out of order`);
  if (result.strangers > 0) faults.push(`${result.strangers} not as they were preloaded`);
  if (uncommitted > 0) faults.push(`${uncommitted} not committed`);
  if (outputs !== undefined) faults.push(...outputFaults(outputs, expected));
  return [...faults, ...deadLetterFaults(deadLetters, lost)];
}

function outputFaults({ distinct, again, disordered }, expected) {
  const found = [
    [expected - distinct, 'without an output'],
    [again, 'outputs that stand there twice'],
    [disordered, 'outputs before an earlier one of their key'],
  ];
  return found.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []));
}

/** Dead letters must be those that fail for ever, each once. */
function deadLetterFaults(deadLetters, lost) {
  const [found, wanted] = [new Set(deadLetters), new Set(lost)];
  const count = (ids, known, what) => {
    const others = [...ids].filter((id) => !known.has(id)).length;
    return others === 0 ? [] : [`${others} ${what}`];
  };
  return [
    ...count(wanted, found, 'without their dead letter'),
    ...count(found, wanted, 'dead letters of records that succeed'),
    ...(found.size < deadLetters.length ? ['dead letters that stand there twice'] : []),
  ];
}

/** How many records of the topic the group has not committed. */
export function uncommittedOf(address, { topic, group }) {
  return withAdmin(address, async (admin) => {
    const ends = await admin.fetchTopicOffsets(topic);
    const [{ partitions }] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const committed = new Map(partitions.map(({ partition, offset }) => [partition, offset]));
    return ends.reduce((sum, { partition, high }) => {
      return sum + Number(high) - Math.max(0, Number(committed.get(partition) ?? 0));
    }, 0);
  });
}
