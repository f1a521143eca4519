// Loaded into a member before its main module. FAILPOINT=<point>:<nth>:<kill|stop|throw> strikes when that point is
// passed for the nth time. The service knows nothing of it: methods of its compiled classes are wrapped from here.
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const STORE = 'connections/postgres/pooled-connection.js';
const commits = (statement) => statement === 'COMMIT';
const PRODUCER = ['kafka/client/transactional.producer.js', 'TransactionalProducer'];

/** File, class, method, when; and which calls of it, where not all of them. */
const POINTS = {
  'after-fetch': ['kafka/consumer/group-engine.js', 'GroupEngine', 'take', 'after'],
  'before-handler': ['kafka/record-processor.js', 'RecordProcessor', 'process', 'before'],
  'after-effect': ['kafka/consumer/settlements.js', 'Settlements', 'settle', 'before'],
  'before-commit': ['kafka/client/group.client.js', 'GroupClient', 'commit', 'before'],
  'mid-commit': ['kafka/client/group.client.js', 'GroupClient', 'commit', 'sent'],
  'after-commit': ['kafka/client/group.client.js', 'GroupClient', 'commit', 'after'],
  'after-publication-ack': [
    'kafka/producer/record-publisher.js',
    'RecordPublisher',
    'publish',
    'after',
  ],
  /** The effect stands in a transaction that nobody was asked to commit. */
  'before-store-commit': [STORE, 'PooledConnection', 'query', 'before', commits],
  /** The database was asked, and has not answered. */
  'mid-store-commit': [STORE, 'PooledConnection', 'query', 'sent', commits],
  /** The effect is durable, and its record not settled. */
  'after-store-commit': [STORE, 'PooledConnection', 'query', 'after', commits],
  /** In an open transaction, its records written. */
  'tx-produced': [...PRODUCER, 'send', 'after'],
  /** And its offsets. */
  'tx-offsets': [...PRODUCER, 'sendOffsets', 'after'],
  'tx-mid-commit': [...PRODUCER, 'commit', 'sent'],
  'tx-after-commit': [...PRODUCER, 'commit', 'after'],
  'in-revoke': ['kafka/consumer/group-consumer.js', 'GroupConsumer', 'beforeJoin', 'before'],
};

const ACTIONS = {
  kill: () => process.kill(process.pid, 'SIGKILL'),
  stop: () => process.kill(process.pid, 'SIGSTOP'),
  throw: () => {
    throw new Error('a failpoint was struck');
  },
};

function wrapped(method, [when, concerns = () => true], pass) {
  return function (...parameters) {
    if (!concerns(...parameters)) return method.apply(this, parameters);
    if (when === 'before') pass();
    const result = method.apply(this, parameters);
    // By then the request is with the kernel, and its answer is not here yet.
    if (when === 'sent') setImmediate(pass);
    if (when !== 'after') return result;
    if (!(result instanceof Promise)) {
      pass();
      return result;
    }
    return result.then((value) => {
      pass();
      return value;
    });
  };
}

async function install([name, nth, action]) {
  const [file, className, methodName, ...when] = POINTS[name] ?? [];
  if (file === undefined || ACTIONS[action] === undefined) {
    throw new Error(`no failpoint is called ${name}, or none does ${action}`);
  }
  const module = await import(pathToFileURL(join(dirname(process.argv[1]), file)).href);
  const { prototype } = module[className];
  const method = prototype[methodName];
  if (typeof method !== 'function') throw new Error(`${className} has no ${methodName}`);
  let passed = 0;
  prototype[methodName] = wrapped(method, when, () => {
    passed += 1;
    if (passed === Number(nth)) ACTIONS[action]();
  });
}

const { FAILPOINT, PLANT } = process.env;
// Its options are in the place of those that would load a planted bug.
if (PLANT !== undefined) await import('./plants.mjs');
if (FAILPOINT !== undefined) await install(FAILPOINT.split(':'));
