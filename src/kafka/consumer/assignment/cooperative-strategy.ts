import type { AssignmentStrategy } from '../../client/index.js';
import type { SourceOf } from './assignment-unit.js';
import { decodeClaim, encodeClaim } from './claim-codec.js';
import { assignCooperatively } from './cooperative-sticky.js';
import type { PartitionTable } from './partition-table.js';

/** Puts the policy behind the group protocol: our claim is what the table says, others' are what their bytes say. */
export function cooperativeStrategy(
  table: PartitionTable,
  sourceOf: SourceOf,
  isLeaving: () => boolean,
): AssignmentStrategy {
  return {
    claim: () =>
      encodeClaim({
        generation: table.generation,
        isLeaving: isLeaving(),
        owned: [...table.values()],
        draining: table.draining(),
      }),
    assign: (members, partitions) =>
      assignCooperatively(
        members.map(({ memberId, topics, claim }) => ({
          memberId,
          topics,
          claim: decodeClaim(claim),
        })),
        partitions,
        sourceOf,
      ),
  };
}
