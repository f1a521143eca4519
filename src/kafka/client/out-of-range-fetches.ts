import { recoverFetches } from './fetch-recovery.js';
import type { PrivateCluster } from './private-cluster.js';
import { answerWithout } from './wire/index.js';

const OFFSET_OUT_OF_RANGE = 1;

interface FetchRequest {
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
  }[];
}

/** A position that was asked for and that the partition's log does not have. */
export type ReportOutOfRange = (topic: string, partition: number, position: number) => void;

/**
 * Keeps an offset that is out of range from kafkajs, which would throw away the answer's other partitions, commit a
 * literal -2 to the group and go on from the beginning without a word. The partition is reported, synchronously, and
 * left out; the rest of the answer goes its way. Watch before anything else that recovers fetches.
 */
export function watchForOutOfRange(cluster: PrivateCluster, report: ReportOutOfRange): void {
  recoverFetches(cluster, (error, request) => {
    if ((error as Error | null)?.name !== 'KafkaJSOffsetOutOfRange') throw error;
    return answerWithout(error, (topic, { partition, errorCode }) => {
      if (errorCode !== OFFSET_OUT_OF_RANGE) return false;
      report(topic, partition, positionAsked(request as FetchRequest, topic, partition));
      return true;
    });
  });
}

function positionAsked(request: FetchRequest, topic: string, partition: number): number {
  const asked = request.topics.find((one) => one.topic === topic);
  return Number(asked?.partitions.find((one) => one.partition === partition)?.fetchOffset);
}
