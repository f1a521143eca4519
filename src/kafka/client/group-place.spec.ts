import { GroupPlace } from './group-place.js';

class RecordedCoordinator {
  readonly left: string[] = [];
  letsIn = '';
  refusal: Error | undefined;

  joinGroup() {
    return Promise.resolve({ memberId: this.letsIn, generationId: 1, groupProtocol: 'any' });
  }

  leaveGroup({ groupId, memberId }: { groupId: string; memberId: string }): Promise<void> {
    this.left.push(`${groupId} ${memberId}`);
    return this.refusal === undefined ? Promise.resolve() : Promise.reject(this.refusal);
  }
}

const failure = (type: string, retriable: boolean): Error =>
  Object.assign(new Error(type), { type, retriable });

function setUp(handlersEnded: () => Promise<void> = () => Promise.resolve()) {
  return {
    place: new GroupPlace('group', handlersEnded),
    coordinator: new RecordedCoordinator(),
  };
}

describe('the place of a process in a group', () => {
  it('is left by nobody while it is the same connection’s', async () => {
    const { place, coordinator } = setUp();
    place.renew();
    await place.vacate(coordinator);
    place.taken('first');
    await place.vacate(coordinator);
    expect(coordinator.left).toEqual([]);
  });

  it('is left by the former member before a new connection joins, once', async () => {
    const { place, coordinator } = setUp();
    place.taken('first');
    place.renew();
    await place.vacate(coordinator);
    await place.vacate(coordinator);
    expect(coordinator.left).toEqual(['group first']);
  });

  it('is left by the member that had it last, over connections that never joined', async () => {
    const { place, coordinator } = setUp();
    place.taken('first');
    place.taken('second');
    place.renew();
    place.renew();
    await place.vacate(coordinator);
    expect(coordinator.left).toEqual(['group second']);
  });

  it('is not left again by a member that has left', async () => {
    const { place, coordinator } = setUp();
    place.taken('first');
    place.left('first');
    place.renew();
    await place.vacate(coordinator);
    expect(coordinator.left).toEqual([]);
  });

  it('is left only when the handlers of the former member have ended', async () => {
    let end = (): void => undefined;
    const { place, coordinator } = setUp(() => new Promise((resolve) => (end = resolve)));
    place.taken('first');
    place.renew();
    const vacated = place.vacate(coordinator);
    await Promise.resolve();
    expect(coordinator.left).toEqual([]);
    end();
    await vacated;
    expect(coordinator.left).toEqual(['group first']);
  });

  it('is left again before the next join when the broker could not answer', async () => {
    const { place, coordinator } = setUp();
    place.taken('first');
    place.renew();
    coordinator.refusal = failure('COORDINATOR_LOAD_IN_PROGRESS', true);
    await place.vacate(coordinator);
    coordinator.refusal = undefined;
    await place.vacate(coordinator);
    await place.vacate(coordinator);
    expect(coordinator.left).toEqual(['group first', 'group first']);
  });

  it('is not asked for again when the broker knows that member no more', async () => {
    const { place, coordinator } = setUp();
    place.taken('first');
    place.renew();
    coordinator.refusal = failure('UNKNOWN_MEMBER_ID', false);
    await place.vacate(coordinator);
    await place.vacate(coordinator);
    expect(coordinator.left).toEqual(['group first']);
  });

  it('is known from the answers of the coordinator that is watched', async () => {
    const { place, coordinator } = setUp();
    place.watch(coordinator);
    coordinator.letsIn = 'first';
    await coordinator.joinGroup();
    await coordinator.leaveGroup({ groupId: 'group', memberId: 'first' });
    coordinator.letsIn = 'second';
    await coordinator.joinGroup();
    place.renew();
    await place.vacate(coordinator);
    await place.vacate(coordinator);
    expect(coordinator.left).toEqual(['group first', 'group second']);
  });
});
