import { loadSettings } from '../../src/config/index.js';
import {
  DeadLetterBrowser,
  DeadLetterJobs,
  type JobResult,
  type RedriveOrder,
  type Selection,
} from '../../src/dead-letters/index.js';
import { createInspection, type Inspection } from '../../src/inspection.js';
import { sharedBroker } from './test-kafka.js';

type RedriveOptions = Partial<Pick<RedriveOrder, 'to' | 'value' | 'selection' | 'rules'>>;

/** The operator's side of dead letters, in the spec's process, on the shared broker. */
export class DeadLetterOperator {
  private constructor(private readonly inspection: Inspection) {}

  static async connect(environment: Record<string, string> = {}): Promise<DeadLetterOperator> {
    const { settings } = loadSettings(
      { KAFKA_BROKERS: sharedBroker(), KAFKA_AUTO_CREATE_TOPICS: 'true', ...environment },
      [],
    );
    return new DeadLetterOperator(await createInspection([], settings));
  }

  get browser(): DeadLetterBrowser {
    return this.inspection.get(DeadLetterBrowser);
  }

  get jobs(): DeadLetterJobs {
    return this.inspection.get(DeadLetterJobs);
  }

  order(topic: string, options: RedriveOptions = {}): RedriveOrder {
    return { kind: 'redrive', topic, selection: {}, by: 'operator', rules: [], ...options };
  }

  async redrive(topic: string, options: RedriveOptions = {}): Promise<JobResult> {
    const order = this.order(topic, options);
    return this.jobs.run(order, await this.jobs.plan(order));
  }

  async discard(topic: string, selection: Selection, reason: string): Promise<JobResult> {
    const order = { kind: 'discard', topic, selection, by: 'operator', reason } as const;
    return this.jobs.run(order, await this.jobs.plan(order));
  }

  close(): Promise<void> {
    return this.inspection.close();
  }
}
