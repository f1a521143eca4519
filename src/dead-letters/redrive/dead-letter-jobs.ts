import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import {
  AdminClient,
  TopicPlanner,
  TopicReaderClient,
  TransactionClient,
  type OutgoingRecord,
  type WantedTopic,
} from '../../kafka/index.js';
import {
  actionRecord,
  ACTIONS_TOPIC,
  judgeDiscard,
  judgeRedrive,
  readActions,
  type Actions,
  type DeadLetterAction,
  type Judgement,
} from '../actions/index.js';
import { DeadLetterRefusedError } from '../dead-letter.errors.js';
import { placeOf, type DeadLetter } from '../dead-letter.js';
import { lettersOf } from '../letters.js';
import type { Selection } from '../selection.policy.js';
import { DeadLetterJob, type JobFacts, type JobRequest, type JobResult } from './job.js';
import { Plan } from './plan.js';
import { redrivenRecord } from './redriven-record.js';
import { redriveTopic } from './redrive-topic.js';
import { Targets, type RedriveRules } from './targets.js';

export interface JobOrder {
  /** The dead-letter topic. */
  readonly topic: string;
  readonly selection: Selection;
  /** Who asks, for the audit. */
  readonly by: string;
}

export interface RedriveOrder extends JobOrder {
  readonly kind: 'redrive';
  /** A topic instead of each dead letter's own redrive topic. */
  readonly to?: string;
  /** Instead of the value of the one dead letter that is selected. */
  readonly value?: Buffer;
  readonly rules: readonly RedriveRules[];
}

export interface DiscardOrder extends JobOrder {
  readonly kind: 'discard';
  readonly reason: string;
}

type Order = RedriveOrder | DiscardOrder;
type RunOptions = Pick<JobRequest, 'ratePerSecond' | 'signal' | 'onProgress'>;

/**
 * Redrives and discards. A plan writes nothing; a run does what the plan counted and goes no further than the ends that
 * the plan saw. Jobs on one dead-letter topic exclude each other: the later one takes over.
 */
@Injectable()
export class DeadLetterJobs {
  constructor(
    private readonly settings: Settings,
    private readonly admin: AdminClient,
    private readonly planner: TopicPlanner,
  ) {}

  async plan(order: Order): Promise<Plan> {
    const existing = await this.admin.listTopics();
    if (!existing.includes(order.topic)) {
      throw new DeadLetterRefusedError(`topic ${order.topic} does not exist`);
    }
    const reader = new TopicReaderClient(this.settings.kafka);
    try {
      const { topic, selection } = order;
      const isKept = existing.includes(ACTIONS_TOPIC.topic);
      const actions: Actions = isKept ? await readActions(reader, 'committed') : new Map();
      const plan = new Plan(await reader.bounds(topic));
      const judge = judgeFor(order);
      for await (const letters of lettersOf(reader, { topic, bounds: plan.bounds, selection })) {
        for (const letter of letters) {
          const facts = { action: actions.get(letter.id), isRepeat: plan.isRepeat(letter) };
          plan.add(letter, judge(letter, facts));
        }
      }
      return plan;
    } finally {
      await reader.close();
    }
  }

  async run(order: Order, plan: Plan, options: RunOptions = {}): Promise<JobResult> {
    if (order.kind === 'redrive' && order.value !== undefined && plan.taken !== 1) {
      throw new DeadLetterRefusedError(
        'a changed value is for one dead letter: select exactly one',
      );
    }
    await this.provideTopics(order, plan);
    const reader = new TopicReaderClient(this.settings.kafka);
    try {
      const { topic, selection } = order;
      const job = new DeadLetterJob(
        {
          // One id for each dead-letter topic, so that a second job fences the first, and so that the next one decides
          // at once what a killed one left open.
          newTransactions: () =>
            new TransactionClient(this.settings.kafka, `millrace.dead-letters.${topic}`),
          readActions: () => readActions(reader, 'written'),
          letters: () => lettersOf(reader, { topic, bounds: plan.bounds, selection }),
        },
        { ...options, judge: judgeFor(order), recordsFor: recordsFor(order, randomUUID()) },
      );
      return await job.run();
    } finally {
      await reader.close();
    }
  }

  /** Creates what the job writes to where that is allowed; otherwise names it before anything is written. */
  private async provideTopics(order: Order, plan: Plan): Promise<void> {
    const wanted: WantedTopic[] = [{ required: ACTIONS_TOPIC }];
    if (order.kind === 'redrive') wanted.push(...targetsOf(order, plan));
    const missing = (await this.planner.plan(wanted)).filter(({ state }) => state === 'missing');
    if (missing.length === 0) return;
    if (!this.settings.kafka.autoCreateTopics) {
      throw new DeadLetterRefusedError(
        `missing: ${missing.map(({ topic }) => topic).join(', ')}. ` +
          'Run "topics apply", or set KAFKA_AUTO_CREATE_TOPICS=true',
      );
    }
    await this.planner.create(missing);
  }
}

function targetsOf({ to, topic }: RedriveOrder, plan: Plan): WantedTopic[] {
  return [...plan.takenByTarget.keys()].map((target) =>
    // A topic that the operator names must be there; it is no redrive topic, and its settings are not ours to choose.
    target === to
      ? { required: { topic: target, settings: () => ({}) }, source: target }
      : { required: redriveTopic(target), source: plan.sourceOf(target) ?? topic },
  );
}

function judgeFor(order: Order): (letter: DeadLetter, facts: JobFacts) => Judgement {
  if (order.kind === 'discard') return (letter, facts) => judgeDiscard({ ...letter, ...facts });
  const targets = new Targets(order.rules, order.to);
  return (letter, facts) => {
    targets.check(letter);
    const target = targets.of(letter);
    return judgeRedrive({ ...letter, ...facts, target, limit: targets.limitOf(letter) });
  };
}

function recordsFor(
  order: Order,
  job: string,
): (letter: DeadLetter, target: string) => OutgoingRecord[] {
  return (letter, target) => {
    const at = new Date();
    const { topic } = letter.record;
    const about: Omit<DeadLetterAction, 'kind'> = {
      covers: letter.redriveCount,
      at: at.toISOString(),
      by: order.by,
      job,
      deadLetter: `${topic}-${placeOf(letter)}`,
    };
    if (order.kind === 'discard') {
      return [actionRecord(letter, { ...about, kind: 'discarded', reason: order.reason })];
    }
    const { value } = order;
    const edit = value === undefined ? {} : { value };
    const redrive = { target, redriveId: job, atMs: at.getTime(), ...edit };
    const edited = value === undefined ? {} : { edited: true };
    const action: DeadLetterAction = { ...about, kind: 'redriven', target, ...edited };
    return [redrivenRecord(letter, redrive), actionRecord(letter, action)];
  };
}
