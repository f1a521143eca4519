import type { ProspectiveCommit, TransactedPartition } from '../../kafka/index.js';
import type { PublishedPlace } from '../../record/index.js';
import type { RequestPart, SendRequest } from './send-requests.js';
import type { SessionProducer } from './session-producer.js';

export interface TransactionContents {
  readonly partition: TransactedPartition;
  readonly requests: readonly SendRequest[];
  readonly commit: ProspectiveCommit;
  /** From here on nobody can abort it any more. */
  readonly committing: () => void;
}

export type Placed = readonly (readonly [RequestPart, PublishedPlace])[];

/** A request was not taken, and the transaction that it stood in is to be aborted. */
export class RequestRefused extends Error {
  constructor(
    readonly request: SendRequest,
    readonly reason: unknown,
  ) {
    super('a request was refused', { cause: reason });
  }
}

/**
 * One transaction, from its beginning to its commit. One request at a time: kafkajs reorders what is sent to one
 * partition at once, and commits while a request is under way. Rejects with `RequestRefused` for what was sent, and with
 * anything else where nobody knows what became of the transaction.
 */
export async function transact(
  producer: SessionProducer,
  { partition, requests, commit, committing }: TransactionContents,
): Promise<Placed> {
  const placed: (readonly [RequestPart, PublishedPlace])[] = [];
  await producer.begin();
  for (const request of requests) {
    const places = await sent(producer, request);
    for (const [index, part] of request.parts.entries()) placed.push([part, places[index]!]);
  }
  const { groupId, topic, partition: number } = partition;
  const { nextOffset, metadata } = commit;
  await producer.sendOffsets(groupId, [{ topic, partition: number, nextOffset, metadata }]);
  committing();
  await producer.commit();
  return placed;
}

async function sent(producer: SessionProducer, request: SendRequest): Promise<PublishedPlace[]> {
  try {
    return await producer.send(request.parts.map(({ record }) => record));
  } catch (error) {
    throw new RequestRefused(request, error);
  }
}
