import { TopicReaderClient, type AdminClient, type OwnTopics } from '../../../kafka/index.js';
import type { KafkaSettings } from '../../../config/index.js';
import type { HandlerDescription } from '../../../record/index.js';
import { ChainWalk, type ChainHead } from '../domain/index.js';
import type { AuditLogReader, ChainName } from '../persistence/index.js';
import { AuditReport } from './audit-report.js';
import { RecordedOffsets } from './recorded-offsets.js';
import { settledElsewhere } from './settled-elsewhere.js';

/** A hash that was kept elsewhere: an entry of that partition must have it. */
export interface Anchor {
  readonly partition: number;
  readonly hash: Buffer;
}

export interface VerificationOptions {
  readonly handlers: readonly HandlerDescription[];
  readonly deadLetterTopicOf: (handler: HandlerDescription) => string;
  readonly anchors: readonly Anchor[];
  readonly signal: AbortSignal;
  readonly progress: (entries: number) => void;
}

interface Parts {
  readonly log: AuditLogReader;
  readonly admin: AdminClient;
  readonly ownTopics: OwnTopics;
  readonly kafka: KafkaSettings;
}

/**
 * Reads the whole log and compares it with itself, with its noted ends, with the group's committed offsets and with hashes
 * that were kept elsewhere. Reads alone, while the consumer runs; holds a page of rows at a time, and the numbers of
 * dead-lettered offsets.
 */
export class AuditVerification {
  private readonly report = new AuditReport();
  private entries = 0;

  constructor(
    private readonly parts: Parts,
    private readonly options: VerificationOptions,
  ) {}

  async run(): Promise<AuditReport> {
    const reader = new TopicReaderClient(this.parts.kafka);
    try {
      // The committed offsets come first: whatever is below them was in the log by then.
      const checks: (() => Promise<void>)[] = [];
      for (const handler of this.options.handlers) {
        checks.push(...(await this.checksOf(handler, reader)));
      }
      const anchored = new Set<Anchor>();
      for (const chain of await this.parts.log.chains()) await this.walk(chain, anchored);
      this.requireAnchors(anchored);
      for (const check of checks) {
        this.options.signal.throwIfAborted();
        await check();
      }
      return this.report;
    } finally {
      await reader.close();
    }
  }

  /** One check for each partition that the group has committed, ready to be made when the log was read. */
  private async checksOf(
    handler: HandlerDescription,
    reader: TopicReaderClient,
  ): Promise<(() => Promise<void>)[]> {
    const { admin, ownTopics, log } = this.parts;
    const { topic, groupId } = handler;
    if (!(await admin.listTopics()).includes(topic)) {
      this.report.missingTopics.push(topic);
      return [];
    }
    const committed = await admin.committedOffsets(groupId, topic);
    const deadLetterTopic = this.options.deadLetterTopicOf(handler);
    const elsewhere = await settledElsewhere({
      admin,
      reader,
      ownTopics,
      deadLetterTopic,
      handler,
    });
    const bounds = await reader.bounds(topic);
    return committed.map(({ partition, offset }) => {
      const recorded = new RecordedOffsets({
        chain: { topic, partition },
        committed: offset,
        bounds: bounds.find((one) => one.partition === partition),
        elsewhere: elsewhere.ascending(partition),
        ...{ log, reader, report: this.report },
      });
      return () => recorded.check();
    });
  }

  private async walk(chain: ChainName, anchored: Set<Anchor>): Promise<void> {
    const { log } = this.parts;
    const walk = new ChainWalk();
    const before = await log.head(chain);
    const anchors = this.anchorsOf(chain);
    for await (const page of log.entries(chain)) {
      this.options.signal.throwIfAborted();
      for (const entry of page) {
        for (const finding of walk.take(entry)) this.report.find({ ...chain, ...finding });
        const met = anchors.filter(({ hash }) => hash.equals(entry.hash));
        for (const anchor of met) anchored.add(anchor);
      }
      this.entries += page.length;
      this.options.progress(this.entries);
    }
    const after: ChainHead = await log.head(chain);
    for (const finding of walk.finish(before, after)) this.report.find({ ...chain, ...finding });
    this.report.chains.push({ ...chain, entries: walk.entries, head: walk.end });
  }

  private anchorsOf({ topic, partition }: ChainName): readonly Anchor[] {
    const isOurs = this.options.handlers.some((handler) => handler.topic === topic);
    return isOurs ? this.options.anchors.filter((anchor) => anchor.partition === partition) : [];
  }

  private requireAnchors(anchored: ReadonlySet<Anchor>): void {
    const topic = this.options.handlers[0]?.topic ?? '';
    for (const anchor of this.options.anchors) {
      if (anchored.has(anchor)) continue;
      const detail = `no entry has the hash ${anchor.hash.toString('hex')}`;
      this.report.find({ topic, partition: anchor.partition, kind: 'not as expected', detail });
    }
  }
}
