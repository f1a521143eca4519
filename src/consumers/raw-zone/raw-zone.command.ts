import {
  CommandUsageError,
  defineCommand,
  integer,
  type CommandCall,
  type CommandOutput,
} from '../../config/index.js';
import { ObjectStores } from '../../connections/object-storage/index.js';
import { FailureTopics } from '../../failures/index.js';
import { AdminClient, TopicReaderClient } from '../../kafka/index.js';
import type { HandlerDescription } from '../../record/index.js';
import { rawZoneConsumer } from './raw-zone.config.js';
import { rawZoneSettings } from './raw-zone.settings.js';
import { isWhole, verifyZone, type PartitionAudit, type VerifyOrder } from './verify/index.js';

/** So many of a partition's faults and gaps are shown; a program is given all. */
const SHOWN = 20;

export const RAW_ZONE_VERIFY = defineCommand({
  name: 'raw-zone verify',
  describes:
    'every offset that was committed stands in the raw zone exactly once, or has a reason not to (exit code 1)',
  parameters: '[<topic>]',
  takes: { least: 0, most: 1 },
  options: {
    partition: { value: 'number', describes: 'this one alone' },
    from: {
      value: 'offset',
      describes: 'the first offset; without it where landing or the log begins',
    },
    to: { value: 'offset', describes: 'the last offset; without it the last that was committed' },
  },
  writes: false,
  run: verify,
});

async function verify(call: CommandCall): Promise<number> {
  const { settings, output, signal } = call;
  const orders = await ordersOf(call);
  const { store: address } = rawZoneSettings(settings);
  const store = await (await call.resolve(ObjectStores)).for(rawZoneConsumer.name, address);
  const admin = await call.resolve(AdminClient);
  const reader = new TopicReaderClient(settings.kafka);
  const audits: PartitionAudit[] = [];
  try {
    for (const order of orders) {
      for await (const audit of verifyZone(order, { store, admin, reader, signal })) {
        audits.push(audit);
        output.progress(`verified ${audits.length} partitions`);
      }
    }
  } finally {
    await reader.close();
  }
  const isAllWhole = audits.every(isWhole);
  if (output.isJson) output.json({ whole: isAllWhole, partitions: audits });
  else tell(audits, output);
  return isAllWhole ? 0 : 1;
}

async function ordersOf(call: CommandCall): Promise<readonly VerifyOrder[]> {
  const { options, parameters } = call;
  const [topic] = parameters;
  const own = (await call.handlers()).filter(({ consumer }) => consumer === rawZoneConsumer.name);
  const asked = own.filter((handler) => topic === undefined || handler.topic === topic);
  if (asked.length === 0) {
    const known = own.map((handler) => handler.topic).join(', ');
    throw new CommandUsageError(
      known === ''
        ? 'the consumer raw-zone is not enabled: CONSUMERS names others'
        : `the consumer raw-zone does not land ${topic}; it lands ${known}`,
    );
  }
  const topics = await call.resolve(FailureTopics);
  const number = integer({ min: 0 });
  return asked.map((handler: HandlerDescription) => ({
    topic: handler.topic,
    groupId: handler.groupId,
    deadLetterTopic: topics.deadLetterTopicOf(handler),
    partition: options.value('partition', number),
    from: options.value('from', number),
    to: options.value('to', number),
  }));
}

function tell(audits: readonly PartitionAudit[], output: CommandOutput): void {
  output.table(
    ['topic', 'partition', 'offsets', 'objects', 'records', 'explained', 'missing', 'faults'],
    audits.map(({ topic, partition, range, objects, records, gaps, faults }) => [
      topic,
      partition,
      range === undefined ? '-' : `${range.first}-${range.last}`,
      objects,
      records,
      sizeOf(gaps.filter(({ reason }) => reason !== 'missing')),
      sizeOf(gaps.filter(({ reason }) => reason === 'missing')),
      faults.length,
    ]),
  );
  for (const { topic, partition, gaps, faults } of audits) {
    const lines = [
      ...faults.map(
        ({ kind, object, offset }) =>
          `${kind}: ${object}${offset === undefined ? '' : ` at ${offset}`}`,
      ),
      ...gaps.map(({ first, last, reason }) => `${topic}-${partition} ${first}-${last}: ${reason}`),
    ];
    for (const line of lines.slice(0, SHOWN)) output.line(line);
    if (lines.length > SHOWN) output.line(`${topic}-${partition}: ${lines.length - SHOWN} more`);
  }
}

function sizeOf(ranges: readonly { readonly first: number; readonly last: number }[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}
