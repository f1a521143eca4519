const MIB = 1024 * 1024;

/**
 * Settings of a single node that is broker and controller. Records of 10 MiB fit, with room for the headers of their
 * dead letters.
 * @param {{ port: number, controllerPort: number, logFolder: string, overrides?: Record<string, string> }} node
 */
export function serverProperties({ port, controllerPort, logFolder, overrides = {} }) {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logFolder,
    'auto.create.topics.enable': false,
    'message.max.bytes': 11 * MIB,
    'replica.fetch.max.bytes': 11 * MIB,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 5,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // A killed broker comes back only when its own session has lapsed: 9 s by default, 1 s here.
    'broker.session.timeout.ms': 1000,
    'broker.heartbeat.interval.ms': 250,
    'log.cleaner.dedupe.buffer.size': 16 * MIB,
    ...overrides,
  };
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name}=${escapeValue(String(value))}`,
  );
  return `${lines.join('\n')}\n`;
}

/** The format reads a backslash as the start of an escape. */
function escapeValue(value) {
  return value.replaceAll('\\', '\\\\');
}
