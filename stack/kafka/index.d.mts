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
/** True when every group coordinator of the broker has loaded. */
export function coordinatorsReady(port: number, host?: string): Promise<boolean>;
