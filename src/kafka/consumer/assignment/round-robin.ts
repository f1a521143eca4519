/**
 * Gives out partitions in turn, topic by topic, to the members in the order of their ids. Every member is named in the
 * result, because kafkajs needs an answer for one that gets nothing.
 */
export function assignRoundRobin(
  members: readonly string[],
  partitions: ReadonlyMap<string, readonly number[]>,
): ReadonlyMap<string, Record<string, number[]>> {
  const sorted = [...members].sort();
  const assignments = new Map<string, Record<string, number[]>>();
  for (const member of sorted) assignments.set(member, {});
  let turn = 0;
  for (const [topic, numbers] of partitions) {
    for (const partition of [...numbers].sort((left, right) => left - right)) {
      const assignment = assignments.get(sorted[turn % sorted.length]!)!;
      (assignment[topic] ??= []).push(partition);
      turn += 1;
    }
  }
  return assignments;
}
