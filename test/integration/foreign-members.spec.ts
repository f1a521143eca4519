import { Kafka, logLevel, type Consumer } from 'kafkajs';
import { eventually } from '../support/eventually.js';
import { GroupOfMembers } from '../support/group-of-members.js';
import { JavaMember } from '../support/java-member.js';
import { sharedBroker } from '../support/test-kafka.js';

const PARTITIONS = 6;

/** A member as kafkajs makes it by default. */
async function joinWithKafkajs(members: GroupOfMembers, handled: Set<string>): Promise<Consumer> {
  const kafka = new Kafka({ brokers: [sharedBroker()], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({
    groupId: members.group,
    heartbeatInterval: 500,
    maxWaitTimeInMs: 100,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [members.topic], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      handled.add(`${partition}@${message.offset}`);
      return Promise.resolve();
    },
  });
  return consumer;
}

describe('a member with kafkajs’s own assignor', () => {
  const byTheOther = new Set<string>();
  let members: GroupOfMembers;
  let other: Consumer;

  const publishEverywhere = async (): Promise<void> => {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      await members.publish(partition, ['a', 'b', 'c']);
    }
  };

  beforeAll(async () => {
    members = await GroupOfMembers.create(PARTITIONS, 20);
    await members.join('first');
    await members.join('second');
    await eventually(() => members.isShared('first', 'second'), 'the group has formed');
  });
  afterAll(async () => {
    await other.disconnect();
    await members.close();
  });

  it('is let into the group and gets its share, and what is lost by that is named', async () => {
    expect((await members.report('first')).assignor).toBe('cooperative');
    await publishEverywhere();
    other = await joinWithKafkajs(members, byTheOther);
    await eventually(async () => {
      const [first, second] = [await members.owned('first'), await members.owned('second')];
      return first.length === 2 && second.length === 2;
    }, 'all three have two partitions');
    const { assignor, status } = await members.report('first');
    expect(assignor).toMatch(/^round-robin \(a member without the cooperative assignor/);
    expect(status).toBe('up');
  });

  it('shares the work; nothing that we handle is lost or handled twice', async () => {
    await publishEverywhere();
    await eventually(() => byTheOther.size > 0, 'the other one handles records too');
    await members.allCommitted();
    const ours = members.started.map(({ partition, offset }) => `${partition}@${offset}`);
    expect(ours.filter((place, index) => ours.indexOf(place) !== index)).toEqual([]);
    expect(ours.filter((place) => byTheOther.has(place))).toEqual([]);
    expect(new Set([...ours, ...byTheOther]).size).toBe(PARTITIONS * 6);
  });

  it('leaves, and the group is cooperative again', async () => {
    await other.disconnect();
    await eventually(() => members.isShared('first', 'second'), 'the two have all again');
    expect((await members.report('first')).assignor).toBe('cooperative');
    await publishEverywhere();
    await members.allCommitted();
  });
});

describe('a Java member with the defaults of its client', () => {
  let members: GroupOfMembers;
  let java: JavaMember | undefined;

  beforeAll(async () => {
    members = await GroupOfMembers.create(PARTITIONS);
  });
  afterAll(async () => {
    await java?.leave();
    await members.close();
  });

  it('that was there first keeps us out: live, not ready, and health says why', async () => {
    java = await JavaMember.join(sharedBroker(), members.group, members.topic);
    await eventually(() => java!.lines.includes(`assigned ${PARTITIONS}`), 'it has the topic');
    const service = await members.join('ours');
    await eventually(async () => {
      const { reason = '' } = await members.report('ours');
      return reason.includes('a member of another kind');
    }, 'health names the cause');
    expect((await service.probe('/readyz')).code).toBe(503);
    expect((await service.probe('/livez')).code).toBe(200);
  });

  it('lets us in when it leaves', async () => {
    await java!.leave();
    await eventually(() => members.isShared('ours'), 'we have all partitions');
    await members.publish(0, ['key']);
    await members.allCommitted();
    expect((await members.report('ours')).status).toBe('up');
  });

  it('is refused when we were there first, and we go on', async () => {
    java = await JavaMember.join(sharedBroker(), members.group, members.topic);
    await eventually(() => java!.lines.length > 0, 'it is told');
    expect(java.lines).toEqual(['refused InconsistentGroupProtocolException']);
    await members.publish(1, ['key']);
    await members.allCommitted();
    expect(await members.isShared('ours')).toBe(true);
  });
});
