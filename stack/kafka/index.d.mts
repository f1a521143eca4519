export interface KafkaBrokerOptions {
  /** Settings, log and data stand here; the folder decides which broker it is. */
  readonly folder: string;
  /** Chosen when absent. A given port, and the one of an earlier start, is kept. */
  readonly port?: number;
  readonly controllerPort?: number;
  /** More lines for server.properties. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly tell?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Set by a cluster: the id its brokers share, and the heap of each. */
  readonly member?: { readonly clusterId: string; readonly heapMegabytes: number };
}

/** A real Kafka broker on a folder of ours. Its process outlives the one that started it, unless it is stopped. */
export class KafkaBroker {
  constructor(options: KafkaBrokerOptions);
  readonly folder: string;
  readonly logFile: string;
  port: number | undefined;
  controllerPort: number | undefined;
  clusterId: string | undefined;
  pid: number | undefined;
  /** `host:port`, valid after the first start. */
  readonly address: string;
  /** True when this folder's broker runs on the remembered port and answers as itself. */
  isRunning(): Promise<boolean>;
  /** Resolves when groups can join. Again after a stop or kill: on the same port, with the same data. */
  start(): Promise<this>;
  /** A clean stop; the data stays. */
  stop(): Promise<void>;
  /** A crash; the data stays. */
  kill(): Promise<void>;
  /** SIGSTOP freezes the broker, SIGCONT lets it go on. */
  signal(name: NodeJS.Signals): Promise<void>;
}

export interface KafkaClusterOptions {
  readonly folder: string;
  /** How many brokers; 3 when absent. */
  readonly size?: number;
  /** More lines for the server.properties of every broker, by its number from 1. */
  readonly settingsOf?: (
    node: number,
    ports: readonly number[],
  ) => Readonly<Record<string, string>>;
  readonly tell?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Brokers that are controllers too, on one machine. Each keeps its ports over stops and kills. */
export class KafkaCluster {
  constructor(options: KafkaClusterOptions);
  /** Valid after the first start; node n is at n - 1. */
  readonly brokers: readonly KafkaBroker[];
  /** Every broker's `host:port`, joined by commas. */
  readonly address: string;
  /** Resolves when groups can join. */
  start(): Promise<this>;
  /** A clean stop of every broker that runs; the data stays. */
  stop(): Promise<void>;
}

export interface Java {
  readonly command: string;
  readonly version: string;
  readonly major: number;
}

/** The Java that runs the broker; rejects with a message that names every way out. */
export function findJava(environment?: Readonly<Record<string, string | undefined>>): Promise<Java>;
/** Fetches what is missing of the pinned jars and returns the paths of all. */
export function provideJars(options?: {
  readonly tell?: (line: string) => void;
}): Promise<string[]>;
export function clusterIdAt(port: number, host?: string): Promise<string>;
/** The port that the group's coordinator is advertised at, or undefined while there is none. */
export function coordinatorPort(
  port: number,
  group: string,
  host?: string,
): Promise<number | undefined>;
/** True when every group coordinator of the broker has loaded. */
export function coordinatorsReady(port: number, host?: string): Promise<boolean>;
