import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, RecordContext } from '../../src/kafka/index.js';
import { TestKafka, uniqueName } from './test-kafka.js';
import { consumerOf, startTestService, type TestService } from './test-service.js';

/** A record's way through the group, in the order in which it happened. */
export interface Handled {
  readonly member: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly number: number;
}

/** A door for handlers of one partition: shut, they wait in it. */
class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
}

/**
 * Members of one group in one process, each with a controller of its own, and what their handlers saw. Handlers of a
 * partition whose gate is shut wait until it is opened.
 */
export class GroupOfMembers {
  readonly topic = uniqueName('members');
  readonly group = uniqueName('members-group');
  readonly started: Handled[] = [];
  readonly ended: Handled[] = [];
  readonly overlaps: string[] = [];
  private readonly busy = new Set<string>();
  private readonly gates = new Map<number, Gate>();
  private readonly services = new Map<string, TestService>();
  private published = 0;

  private constructor(
    readonly kafka: TestKafka,
    private readonly partitions: number,
    private readonly workMs: number,
  ) {}

  static async create(partitions: number, workMs = 0): Promise<GroupOfMembers> {
    const members = new GroupOfMembers(await TestKafka.connect(), partitions, workMs);
    await members.kafka.createTopic(members.topic, partitions);
    await members.kafka.createTopic(`${members.topic}.${members.group}.dlq`, partitions);
    return members;
  }

  async join(name: string, environment: Record<string, string> = {}): Promise<TestService> {
    const service = await startTestService({
      consumers: [consumerOf('member', [this.controllerOf(name)])],
      environment: { KAFKA_SESSION_TIMEOUT: '30s', ...environment },
    });
    this.services.set(name, service);
    return service;
  }

  /** Resolves when everything of it has ended and is committed. */
  async leave(name: string): Promise<void> {
    const service = this.services.get(name)!;
    this.services.delete(name);
    if (!(await service.stop())) throw new Error(`${name} did not end in order`);
  }

  async report(name: string) {
    return this.services.get(name)!.consumer('member');
  }

  async owned(name: string): Promise<readonly number[]> {
    return (await this.report(name)).assignment[this.topic] ?? [];
  }

  /** True when the members have all partitions, none drains, and nobody has more than one more than another. */
  async isShared(...names: string[]): Promise<boolean> {
    const reports = await Promise.all(names.map((name) => this.report(name)));
    const counts = reports.map(({ assignment }) => assignment[this.topic]?.length ?? 0);
    const isDraining = reports.some(({ drainingPartitions }) => drainingPartitions.length > 0);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return (
      total === this.partitions && !isDraining && Math.max(...counts) - Math.min(...counts) < 2
    );
  }

  shut(...partitions: number[]): void {
    for (const partition of partitions) this.gates.set(partition, new Gate());
  }

  open(...partitions: number[]): void {
    for (const partition of partitions) {
      this.gates.get(partition)?.open();
      this.gates.delete(partition);
    }
  }

  /** One record for each key, to the partition. Returns their numbers. */
  async publish(partition: number, keys: readonly string[]): Promise<number[]> {
    const numbers = keys.map(() => (this.published += 1));
    const records = keys.map((key, index) => ({
      partition,
      key: `${partition}-${key}`,
      value: JSON.stringify({ number: numbers[index] }),
    }));
    await this.kafka.publish(this.topic, records);
    return numbers;
  }

  startedIn(partition: number): Handled[] {
    return this.started.filter((handled) => handled.partition === partition);
  }

  /** Everything that was written is committed. */
  allCommitted(): Promise<void> {
    return this.kafka.allCommitted(this.group, this.topic);
  }

  /** Places that were handled more than once, and those that were not at all. */
  async faults(): Promise<{
    twice: string[];
    missing: number;
    overlaps: string[];
    disorder: string[];
  }> {
    const places = this.started.map(({ partition, offset }) => `${partition}@${offset}`);
    const once = new Set(places);
    const twice = places.filter((place, index) => places.indexOf(place) !== index);
    const last = new Map<string, number>();
    const disorder: string[] = [];
    for (const { key, offset } of this.ended) {
      if ((last.get(key) ?? -1) > offset) disorder.push(key);
      last.set(key, offset);
    }
    const ends = [...(await this.kafka.ends(this.topic)).values()];
    const written = ends.reduce((sum, end) => sum + end, 0);
    return { twice, missing: written - once.size, overlaps: this.overlaps, disorder };
  }

  async close(): Promise<void> {
    this.open(...this.gates.keys());
    await Promise.all([...this.services.values()].map((service) => service.stop()));
    await this.kafka.close();
  }

  async handle(member: string, number: number, { record }: RecordContext): Promise<void> {
    const { partition, offset } = record;
    const key = record.key!.toString();
    const handled = { member, partition, offset, key, number };
    if (this.busy.has(key)) this.overlaps.push(key);
    this.busy.add(key);
    this.started.push(handled);
    await this.gates.get(partition)?.opened;
    if (this.workMs > 0) await new Promise((resolve) => setTimeout(resolve, this.workMs));
    this.busy.delete(key);
    this.ended.push(handled);
  }

  private controllerOf(name: string) {
    const { topic } = this;
    const handle = this.handle.bind(this);

    @Controller()
    @ConsumerGroup('member', { groupId: this.group, concurrency: 64 })
    class MemberController {
      @EventPattern([topic])
      handle(
        @Payload() { number }: { number: number },
        @Ctx() context: RecordContext,
      ): Promise<void> {
        return handle(name, number, context);
      }
    }
    return MemberController;
  }
}
