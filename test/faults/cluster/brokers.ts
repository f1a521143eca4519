import { join } from 'node:path';
import { KafkaBroker, KafkaCluster } from '../../../stack/kafka/index.mjs';
import { freePorts } from '../../../stack/system/ports.mjs';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { SmallDisk } from './small-disk.js';

/** A compacted or expired commit would be missing from the history, so nothing of the offsets topic goes away. */
const SETTINGS = {
  'offsets.topic.num.partitions': '5',
  'offsets.retention.minutes': '10080',
  'log.cleaner.backoff.ms': '500',
};

export interface RunningBrokers {
  readonly brokers: readonly KafkaBroker[];
  /** The wire to the one broker, where it was asked for. */
  readonly proxy: TcpProxy | undefined;
  /** The harness's way past that wire: its own client would not survive a half-open connection either. */
  readonly ownAddress: string | undefined;
  readonly disk: SmallDisk | undefined;
}

export interface WantedBrokers {
  readonly brokers: 1 | 3;
  readonly proxied?: true;
  readonly smallDisk?: true;
}

const NONE: RunningBrokers = {
  ...{ brokers: [], proxy: undefined, ownAddress: undefined, disk: undefined },
};

/** Brokers of the run's own, kept from one scenario to the next that wants the same. */
export class Brokers {
  private kind: string | undefined;
  private current = NONE;
  private started = 0;

  constructor(
    private readonly folder: string,
    private readonly tell: (line: string) => void,
    private readonly signal: AbortSignal,
  ) {}

  async provide(wanted: WantedBrokers): Promise<RunningBrokers> {
    const kind = kindOf(wanted);
    if (this.kind === kind) return this.current;
    await this.stop();
    this.kind = kind;
    const folder = join(this.folder, `kafka-${(this.started += 1)}`);
    if (wanted.brokers === 3) await this.startCluster(folder);
    else await this.startOne(folder, wanted);
    return this.current;
  }

  async stop(): Promise<void> {
    this.kind = undefined;
    await Promise.all(this.current.brokers.map((broker) => broker.stop()));
    await this.current.proxy?.close();
    this.current.disk?.unmount();
    this.current = NONE;
  }

  private async startOne(folder: string, wanted: WantedBrokers): Promise<void> {
    const ports = await freePorts(3);
    const [port, controllerPort, ownPort] = ports as [number, number, number];
    const proxy = wanted.proxied === true ? await TcpProxy.listen(port) : undefined;
    const disk = wanted.smallDisk === true ? SmallDisk.mount(join(folder, 'data')) : undefined;
    const { tell, signal } = this;
    const settings = {
      ...SETTINGS,
      ...(proxy === undefined ? {} : behindProxy({ port, controllerPort, ownPort, proxy })),
    };
    const broker = new KafkaBroker({ folder, port, controllerPort, settings, tell, signal });
    const ownAddress = proxy === undefined ? undefined : `127.0.0.1:${ownPort}`;
    this.current = { brokers: [broker], proxy, ownAddress, disk };
    await broker.start();
  }

  private async startCluster(folder: string): Promise<void> {
    const { tell, signal } = this;
    const cluster = new KafkaCluster({ folder, settingsOf: () => SETTINGS, tell, signal });
    try {
      await cluster.start();
    } finally {
      this.current = { ...NONE, brokers: cluster.brokers };
    }
  }
}

interface Ports {
  readonly port: number;
  readonly controllerPort: number;
  readonly ownPort: number;
  readonly proxy: TcpProxy;
}

function behindProxy({ port, controllerPort, ownPort, proxy }: Ports): Record<string, string> {
  const own = `OWN://127.0.0.1:${ownPort}`;
  return {
    listeners: `PLAINTEXT://127.0.0.1:${port},${own},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${proxy.address},${own}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,OWN:PLAINTEXT,CONTROLLER:PLAINTEXT',
  };
}

/** Scenarios that want the same kind run one after the other. */
export function kindOf({ brokers, proxied, smallDisk }: WantedBrokers): string {
  return `${brokers}${proxied === true ? ' proxied' : ''}${smallDisk === true ? ' small disk' : ''}`;
}
