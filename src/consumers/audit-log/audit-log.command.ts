import { CommandUsageError, defineCommand, type CommandCall } from '../../config/index.js';
import { FailureTopics } from '../../failures/index.js';
import { AdminClient, OwnTopics } from '../../kafka/index.js';
import { AuditLogReader } from './persistence/index.js';
import { AuditVerification, type Anchor, type AuditReport } from './verification/index.js';

const CONSUMER = 'audit-log';
const ANCHOR = /^(\d{1,9})=([0-9a-f]{64})$/i;

export const auditVerify = defineCommand({
  name: 'audit verify',
  describes:
    'reads the whole audit log and finds rows that were changed, inserted or removed (exit code 1)',
  options: {
    expect: {
      value: 'partition=hash',
      multiple: true,
      describes: 'a hash that an earlier verification showed; an entry must have it',
    },
  },
  writes: false,
  run: async (call) => {
    const report = await (await verificationOf(call)).run();
    if (call.output.isJson) call.output.json(jsonOf(report));
    else tell(call, report);
    return report.isConsistent ? 0 : 1;
  },
});

async function verificationOf(call: CommandCall): Promise<AuditVerification> {
  const { options, output, settings, signal } = call;
  const anchors = (options.texts('expect') ?? []).map(anchorOf);
  if (settings.consumers.get(CONSUMER)?.enabled !== true) {
    throw new CommandUsageError(`audit verify: ${CONSUMER} is not among CONSUMERS`);
  }
  const failureTopics = await call.resolve(FailureTopics);
  return new AuditVerification(
    {
      log: await call.resolve(AuditLogReader),
      admin: await call.resolve(AdminClient),
      ownTopics: await call.resolve(OwnTopics),
      kafka: settings.kafka,
    },
    {
      handlers: (await call.handlers()).filter(({ consumer }) => consumer === CONSUMER),
      deadLetterTopicOf: (handler) => failureTopics.deadLetterTopicOf(handler),
      anchors,
      signal,
      progress: (entries) => output.progress(`read ${entries} entries`),
    },
  );
}

function anchorOf(text: string): Anchor {
  const [, partition, hash] = ANCHOR.exec(text) ?? [];
  if (partition !== undefined && hash !== undefined) {
    return { partition: Number(partition), hash: Buffer.from(hash, 'hex') };
  }
  throw new CommandUsageError('--expect: expected <partition>=<hash of 64 hexadecimal digits>');
}

function jsonOf({
  isConsistent,
  chains,
  findings,
  findingsLeftOut,
  unchecked,
  missingTopics,
}: AuditReport): object {
  return {
    consistent: isConsistent,
    chains: chains.map(({ topic, partition, entries, head: { sequence, hash } }) => ({
      ...{ topic, partition, entries },
      ...{ sequence: Number(sequence), hash: hash.toString('hex') },
    })),
    findings: findings.map(({ sequence, offset, ...finding }) => ({
      ...finding,
      ...(sequence === undefined ? {} : { sequence: Number(sequence) }),
      ...(offset === undefined ? {} : { offset: Number(offset) }),
    })),
    findingsLeftOut,
    unchecked,
    missingTopics,
  };
}

function tell({ output }: CommandCall, report: AuditReport): void {
  output.table(
    ['topic', 'partition', 'entries', 'hash of the last one'],
    report.chains.map(({ topic, partition, entries, head }) => [
      topic,
      partition,
      entries,
      head.hash.toString('hex'),
    ]),
  );
  for (const { topic, partition, offsets, first, last } of report.unchecked) {
    output.note(
      `${topic}-${partition}: the topic no longer has ${offsets} offsets from ${first} to ${last} that are not in the ` +
        'log; whether one of them should be cannot be told',
    );
  }
  for (const topic of report.missingTopics) {
    output.note(`${topic} does not exist: the log was compared with itself alone`);
  }
  if (report.isConsistent) return output.line('Nothing was changed, inserted or removed.');
  output.line('');
  output.table(
    ['what', 'topic', 'partition', 'sequence', 'offset', 'detail'],
    report.findings.map(({ kind, topic, partition, sequence, offset, detail }) => [
      ...[kind, topic, partition],
      ...[String(sequence ?? '-'), String(offset ?? '-')],
      detail,
    ]),
  );
  if (report.findingsLeftOut > 0) output.line(`and ${report.findingsLeftOut} more`);
}
