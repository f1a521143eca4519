import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { groupedInOnePass } from './grouped-messages.js';
import { toMessage } from './record-conversion.js';

const require = createRequire(import.meta.url);
const sourceOf = (path: string): string =>
  readFileSync(require.resolve(`kafkajs/src/${path}`), 'utf8');

/** What the adapter leans on and kafkajs does not promise. A failure here means: read the new source before upgrading. */
describe('kafkajs', () => {
  it('is the release that the adapter was written for', () => {
    const { version } = require('kafkajs/package.json') as { version: string };
    expect(version).toBe('2.2.4');
  });

  it('hands the private cluster to an assigner', () => {
    expect(sourceOf('consumer/index.js')).toContain('createAssigner({ groupId, logger, cluster })');
  });

  it('awaits the search for the coordinator first in every join', () => {
    const join = /async \[PRIVATE\.JOIN\]\(\) \{([\s\S]*?)joinGroup/.exec(
      sourceOf('consumer/consumerGroup.js'),
    );
    expect(join?.[1]).toContain(
      'this.coordinator = await this.cluster.findGroupCoordinator({ groupId })',
    );
  });

  it('sends heartbeats, joins and leaves through the coordinator object', () => {
    const source = sourceOf('consumer/consumerGroup.js');
    expect(source).toContain('await this.coordinator.heartbeat(payload)');
    expect(source).toContain('await this.coordinator.joinGroup({');
    expect(source).toContain('await this.coordinator.syncGroup({');
    expect(source).toContain('await this.coordinator.leaveGroup({ groupId, memberId })');
  });

  it('emits the join synchronously before it fetches', () => {
    const source = sourceOf('consumer/consumerGroup.js');
    expect(source).toContain('this.instrumentationEmitter.emit(GROUP_JOIN, payload)');
  });

  it('reads committed offsets through the coordinator object, with their metadata, and anew after each join', () => {
    const source = sourceOf('consumer/offsetManager/index.js');
    expect(source).toContain(
      'const { responses: consumerOffsets } = await coordinator.offsetFetch({',
    );
    expect(source).toContain('this.clearAllOffsets()');
    expect(sourceOf('consumer/consumerGroup.js')).toContain(
      'this.offsetManager = new OffsetManager({',
    );
    expect(sourceOf('protocol/requests/offsetFetch/v3/response.js')).toContain(
      'metadata: decoder.readString()',
    );
    expect(sourceOf('protocol/requests/offsetCommit/v5/request.js')).toContain(
      'const encodePartition = ({ partition, offset, metadata = null })',
    );
  });

  it('asks the module of a fetch response for its decoding at each answer', () => {
    expect(sourceOf('network/connection.js')).toContain('await response.decode(payload)');
    for (const version of [4, 5, 6, 7, 8, 9, 10, 11]) {
      const path = `protocol/requests/fetch/v${version}/response`;
      expect(Object.keys(require(`kafkajs/src/${path}`) as object)).toEqual(['decode', 'parse']);
      expect(sourceOf('protocol/requests/fetch/index.js')).toContain(`./v${version}/response`);
    }
  });

  it('reads of a message what ours has', () => {
    expect(sourceOf('consumer/batch.js')).toContain('!message.isControlRecord');
    expect(sourceOf('consumer/filterAbortedMessages.js')).toContain(
      'const { producerId, inTransaction } = message.batchContext',
    );
  });

  it('sends what it does not know itself, encoded and decoded by whoever asks', () => {
    expect(sourceOf('broker/index.js')).toContain(
      'await this.connectionPool.send(protocolRequest)',
    );
    expect(sourceOf('network/connection.js')).toContain('await response.decode(payload)');
    const encoder = sourceOf('protocol/encoder.js');
    expect(encoder).toContain('!Buffer.isBuffer(value.buf)');
    expect(encoder).toContain('this.writeBufferInternal(value.buffer)');
  });

  it('makes a cluster through a symbol of each instance', () => {
    const source = sourceOf('index.js');
    expect(source).toContain("CREATE_CLUSTER: Symbol('private:Kafka:createCluster')");
    expect(source).toContain('this[PRIVATE.CREATE_CLUSTER] = ({');
    const cluster = sourceOf('cluster/index.js');
    expect(cluster).toContain('isolationLevel: this.isolationLevel,');
    for (const method of ['fetchTopicsOffset', 'findLeaderForPartitions', 'addTargetTopic']) {
      expect(cluster).toMatch(new RegExp(`^  (?:async )?${method}\\(`, 'm'));
    }
  });

  it('aborts a transaction without records by doing nothing, after it has fenced the one before', () => {
    const source = sourceOf('producer/eosManager/index.js');
    expect(source).toContain('if (!isOngoing()) {');
    expect(source).toContain("'CONCURRENT_TRANSACTIONS'");
    expect(sourceOf('producer/index.js')).toContain(
      'await transactionalEosManager.initProducerId()',
    );
  });

  it('commits offsets in a transaction with their metadata', () => {
    for (const version of [0, 1]) {
      expect(sourceOf(`protocol/requests/txnOffsetCommit/v${version}/request.js`)).toMatch(
        version === 0 ? /\.writeString\(metadata\)/ : /requestV0\(\{ transactionalId,/,
      );
    }
    expect(sourceOf('producer/eosManager/index.js')).toContain(
      'await groupCoordinator.txnOffsetCommit({',
    );
  });

  it('asks the partitioner with the message itself, at each try', () => {
    expect(sourceOf('producer/groupMessagesPerPartition.js')).toContain(
      'partitioner({ topic, partitionMetadata, message })',
    );
    expect(sourceOf('producer/sendMessages.js')).toContain(
      'const brokersWithoutResponse = brokers.filter(broker => !responsePerBroker.get(broker))',
    );
  });

  it('groups messages by partition in one reduce of the list that it was given', () => {
    const group = require('kafkajs/src/producer/groupMessagesPerPartition') as (
      send: object,
    ) => object;
    const messages = [0, 1, 2, 0, 1, 0].map((partition) => ({ partition, value: null }));
    const partitioner = ({ message }: { message: { partition: number } }) => message.partition;
    const send = { topic: 't', partitionMetadata: [{}], partitioner };
    expect(group({ ...send, messages: groupedInOnePass(messages) })).toEqual(
      group({ ...send, messages }),
    );
    // What comes before it hands the same list on.
    expect(sourceOf('producer/messageProducer.js')).toContain('merged.push({ topic, messages })');
  });

  it('gives the sequence numbers of a failed request back, whatever became of its partitions', () => {
    expect(sourceOf('producer/sendMessages.js')).toContain(
      'eosManager.updateSequence(topic, entry.partition, -entry.messages.length)',
    );
  });

  it('turns a list of header values into entries by calling map on it', () => {
    const encode = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => {
      buffer: Buffer;
    };
    const Decoder = require('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => {
      readVarInt(): number;
    };
    const message = toMessage({
      topic: 't',
      key: null,
      value: Buffer.from('v'),
      timestamp: 0,
      headers: [
        ['x', Buffer.from('1')],
        ['y', null],
        ['x', Buffer.from('2')],
        ['constructor', Buffer.from([0xff, 0xfe])],
      ],
    });
    const { buffer } = encode({ offsetDelta: 0, timestampDelta: 0, ...message });
    expect(new Decoder(buffer).readVarInt()).toBe(buffer.length - 1);
    const tail = Buffer.concat([
      Buffer.from([8, 2]),
      Buffer.from('x'),
      Buffer.from([2]),
      Buffer.from('1'),
      Buffer.from([2]),
      Buffer.from('y'),
      Buffer.from([1]),
      Buffer.from([2]),
      Buffer.from('x'),
      Buffer.from([2]),
      Buffer.from('2'),
      Buffer.from([22]),
      Buffer.from('constructor'),
      Buffer.from([4, 0xff, 0xfe]),
    ]);
    expect(buffer.subarray(buffer.length - tail.length)).toEqual(tail);
  });
});
