// Loaded into every member of a run with --plant: a bug that the checker must find. The service's compiled classes are
// wrapped from here; nothing of it is in src.
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const FOLDER = dirname(process.argv[1]);
const prototypeOf = async (file, name) =>
  (await import(pathToFileURL(join(FOLDER, file)).href))[name].prototype;

/** Replaces a method or getter that must be there. */
function replace(prototype, name, make) {
  const before = Object.getOwnPropertyDescriptor(prototype, name);
  if (before === undefined) throw new Error(`nothing is called ${name} any more: mend the plant`);
  Object.defineProperty(prototype, name, { ...before, ...make(before) });
}

const publishing = (change) => async () => {
  const prototype = await prototypeOf('kafka/producer/record-publisher.js', 'RecordPublisher');
  replace(prototype, 'publish', ({ value: publish }) => ({
    value(record) {
      return change(publish.bind(this), record);
    },
  }));
};

/** Remembers a message as handled before its handler runs. */
const markedFirst = (file, name) => async () => {
  replace(await prototypeOf(file, name), 'runOnce', ({ value: runOnce }) => ({
    async value(claim, work) {
      const result = await runOnce.call(this, claim, () => Promise.resolve({ kind: 'done' }));
      return result.kind === 'ran' ? { ...result, outcome: await work() } : result;
    },
  }));
};

const SESSION = ['transactions/session/partition-session.js', 'PartitionSession'];

/** Sends at once, in no transaction. */
async function plainSender() {
  const { default: kafkajs } = await import('kafkajs');
  const brokers = process.env.KAFKA_BROKERS.split(',');
  const producer = new kafkajs.Kafka({ brokers, logLevel: 0 }).producer();
  await producer.connect();
  return ({ topic, partition, key, value, headers }) => {
    const message = { partition, key, value, headers: Object.fromEntries(headers) };
    return producer.send({ topic, messages: [message] });
  };
}

const PLANTS = {
  /** Commits the end of what was read instead of the lowest record that is not done with. */
  'commit-highest': async () => {
    const file = 'kafka/consumer/offsets/partition-ledger.js';
    const prototype = await prototypeOf(file, 'PartitionLedger');
    replace(prototype, 'nextOffset', () => ({
      get() {
        return this.end;
      },
    }));
  },
  /** Lets records of one key run beside each other. */
  'no-lanes': async () => {
    const prototype = await prototypeOf('kafka/consumer/ordering/key-lanes.js', 'KeyLanes');
    replace(prototype, 'enqueue', () => ({ value: () => true }));
    replace(prototype, 'release', () => ({ value: () => undefined }));
  },
  /** Forgets the next record of a key now and then. */
  'lost-wakeup': async () => {
    const prototype = await prototypeOf('kafka/consumer/ordering/key-lanes.js', 'KeyLanes');
    let releases = 0;
    replace(prototype, 'release', ({ value: release }) => ({
      value(entry) {
        const next = release.call(this, entry);
        releases += 1;
        return releases % 100 === 0 ? undefined : next;
      },
    }));
  },
  /** Gives partitions up without waiting for what is under way. */
  'no-drain': async () => {
    const prototype = await prototypeOf('kafka/consumer/rebalance.js', 'Rebalance');
    replace(prototype, 'drained', () => ({ value: () => Promise.resolve(true) }));
    const file = 'kafka/consumer/assignment/revocations.js';
    replace(await prototypeOf(file, 'Revocations'), 'step', () => ({
      value() {
        const { revoker } = this;
        const released = revoker.draining().filter((partition) => revoker.release(partition));
        if (released.length > 0) revoker.rejoin();
        return Promise.resolve();
      },
    }));
  },
  /** Commits the offsets of transactions as those of other records are: later, and by themselves. */
  'offsets-outside-transaction': async () => {
    const producer = await prototypeOf(
      'kafka/client/transactional.producer.js',
      'TransactionalProducer',
    );
    replace(producer, 'sendOffsets', () => ({ value: () => Promise.resolve() }));
    const committer = await prototypeOf('kafka/consumer/offset-committer.js', 'OffsetCommitter');
    replace(committer, 'due', () => ({
      value(partitions = this.committed.partitions()) {
        return [...partitions].filter(({ isOwned, commits }) => isOwned && commits.isDue);
      },
    }));
  },
  /** Does a transaction again whose end nobody knows. */
  'unknown-commit-repeated': async () => {
    replace(await prototypeOf(...SESSION), 'undo', () => ({
      async value(entries) {
        void this.producer.close();
        this.lifecycle = new this.lifecycle.constructor();
        this.lifecycle.to('initialising');
        this.producer = this.options.createProducer();
        await this.producer.init();
        this.lifecycle.to('ready');
        this.underWay = 0;
        this.queue.putBack(entries);
      },
    }));
  },
  /** Sends dead letters at once, and their offsets in a transaction. */
  'dead-letter-outside-transaction': async () => {
    const send = await plainSender();
    replace(await prototypeOf(...SESSION), 'submit', ({ value: submit }) => ({
      async value(entry) {
        const records = entry.publications.map(({ forms }) => forms[0]());
        if (!records.some(({ topic }) => topic === process.env.LEDGER_DEAD_LETTER_TOPIC)) {
          return submit.call(this, entry);
        }
        for (const record of records) await send(record);
        return submit.call(this, Object.create(entry, { publications: { value: [] } }));
      },
    }));
  },
  /** Takes a dead letter for written when it was only asked for. */
  'dead-letter-unacknowledged': publishing((publish, record) => {
    if (Math.random() < 0.5) publish(record).catch(() => undefined);
    return Promise.resolve();
  }),
  /** Takes a record for moved to its retry topic when that was only asked for, or not even that. */
  'retry-unacknowledged': publishing((publish, record) => {
    if (!record.topic.includes('.retry.') || Math.random() < 0.5) return publish(record);
    return Promise.resolve({ partition: record.partition, offset: 0 });
  }),
  /** Lets later records of a key go on while one of them waits in a retry topic. */
  'retry-overtaken': async () => {
    const file = 'kafka/consumer/retry-order/key-table.js';
    const prototype = await prototypeOf(file, 'KeyTable');
    replace(prototype, 'turnOf', () => ({ value: () => ({ kind: 'now' }) }));
  },
  /** Writes the dead letter's value anew instead of the bytes that came. */
  'dead-letter-rewritten': publishing((publish, record) => {
    const value = Buffer.from(JSON.stringify(String(record.value)));
    return publish({ ...record, value });
  }),
  /** Keeps one header of each name. */
  'dead-letter-headers': publishing((publish, record) => {
    const headers = [...new Map(record.headers)];
    return publish({ ...record, headers });
  }),
  'mark-before-effect': markedFirst(
    'idempotency/memory/memory-idempotency.provider.js',
    'MemoryIdempotencyProvider',
  ),
  'completion-before-effect': markedFirst('idempotency/lease/leased-runs.js', 'LeasedRuns'),
  'claim-before-effect': markedFirst(
    'idempotency/postgres/postgres-idempotency.provider.js',
    'PostgresIdempotencyProvider',
  ),
  /** Claims a message when its effect is there already, outside of the claim's transaction. */
  'claim-after-effect': async () => {
    const file = 'idempotency/postgres/postgres-idempotency.provider.js';
    const prototype = await prototypeOf(file, 'PostgresIdempotencyProvider');
    replace(prototype, 'runOnce', ({ value: runOnce }) => ({
      async value(claim, work) {
        const outcome = await work();
        return runOnce.call(this, claim, () => Promise.resolve(outcome));
      },
    }));
  },
};

const plant = PLANTS[process.env.PLANT];
if (plant === undefined) throw new Error(`no plant is called ${process.env.PLANT}`);
await plant();
