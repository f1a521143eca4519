import { join, resolve } from 'node:path';
import { silent } from '../progress.mjs';
import { freePorts } from '../system/ports.mjs';
import { waitUntil } from '../system/wait-until.mjs';
import { KafkaBroker } from './broker.mjs';
import { coordinatorsReady } from './probe.mjs';
import { newClusterId } from './storage-format.mjs';

const HEAP_MEGABYTES = 256;
const START_TIMEOUT_MS = 90_000;

/**
 * Brokers that are controllers too, on one machine: every topic three times, two of them in sync before a write counts.
 * Each broker may be stopped, killed and started by itself and keeps its ports and data.
 */
export class KafkaCluster {
  /** @param {import('./index.d.mts').KafkaClusterOptions} options */
  constructor({ folder, size = 3, settingsOf = () => ({}), tell = silent, signal }) {
    this.folder = resolve(folder);
    this.size = size;
    this.settingsOf = settingsOf;
    this.tell = tell;
    this.abortSignal = signal;
    this.brokers = [];
  }

  get address() {
    return this.brokers.map(({ address }) => address).join(',');
  }

  async start() {
    if (this.brokers.length === 0) await this.plan();
    await Promise.all(this.brokers.map((broker) => broker.start()));
    await waitUntil(() => coordinatorsReady(this.brokers[0].port), {
      what: 'the group coordinators of the cluster to load',
      timeoutMs: START_TIMEOUT_MS,
      signal: this.abortSignal,
    });
    return this;
  }

  async stop() {
    await Promise.all(this.brokers.map((broker) => broker.stop()));
  }

  async plan() {
    const ports = await freePorts(2 * this.size);
    const brokerPorts = ports.slice(0, this.size);
    const controllerPorts = ports.slice(this.size);
    const member = { clusterId: newClusterId(), heapMegabytes: HEAP_MEGABYTES };
    const voters = controllerPorts.map((port, index) => `${index + 1}@127.0.0.1:${port}`).join(',');
    this.brokers = brokerPorts.map(
      (port, index) =>
        new KafkaBroker({
          folder: join(this.folder, `broker-${index + 1}`),
          port,
          controllerPort: controllerPorts[index],
          settings: {
            ...replicated(this.size),
            'node.id': String(index + 1),
            'controller.quorum.voters': voters,
            ...this.settingsOf(index + 1, brokerPorts),
          },
          tell: this.tell,
          signal: this.abortSignal,
          member,
        }),
    );
  }
}

function replicated(size) {
  const copies = String(Math.min(3, size));
  const inSync = String(Math.min(2, size));
  return {
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'broker.session.timeout.ms': '6000',
    'broker.heartbeat.interval.ms': '1000',
    'replica.lag.time.max.ms': '5000',
  };
}
