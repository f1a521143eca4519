/** A record that keeps its partition is for a topic that does not have it. */
export class MissingPartitionError extends Error {
  constructor(partition: number) {
    super(`it has no partition ${partition}: give it as many partitions as its source`);
  }
}
