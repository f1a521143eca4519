import { eventually } from '../support/eventually.js';
import { GroupOfMembers } from '../support/group-of-members.js';

const PARTITIONS = 12;
const WORK_MS = 150;
const KEYS = 60;

describe('members with slow handlers that join and leave under steady load', () => {
  let members: GroupOfMembers;
  let isPublishing = true;
  let publishing: Promise<void>;

  beforeAll(async () => {
    members = await GroupOfMembers.create(PARTITIONS, WORK_MS);
    publishing = (async () => {
      for (let round = 0; isPublishing; round += 1) {
        await members.publish(round % PARTITIONS, [
          `a${Math.floor(round / PARTITIONS) % KEYS}`,
          `b${Math.floor(round / PARTITIONS) % KEYS}`,
        ]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
  });

  afterAll(async () => {
    isPublishing = false;
    await publishing;
    await members.close();
  });

  const isAtWork = async (...names: string[]): Promise<void> => {
    await eventually(() => members.isShared(...names), `${names.join(', ')} share the partitions`);
    const from = members.ended.length;
    await eventually(
      () => {
        const since = members.ended.slice(from);
        return names.every((name) => since.some(({ member }) => member === name));
      },
      `${names.join(', ')} work`,
    );
  };

  it('share all partitions at every size of the group', async () => {
    await members.join('a');
    await isAtWork('a');
    await members.join('b');
    await isAtWork('a', 'b');
    await members.join('c');
    await isAtWork('a', 'b', 'c');
    await members.leave('b');
    await isAtWork('a', 'c');
    await members.join('d');
    await isAtWork('a', 'c', 'd');
    await members.leave('a');
    await isAtWork('c', 'd');
  }, 120_000);

  it('have handled every record once, in the order of its key, never two of a key at once', async () => {
    isPublishing = false;
    await publishing;
    await members.allCommitted();
    expect(await members.faults()).toEqual({ twice: [], missing: 0, overlaps: [], disorder: [] });
  });
});
