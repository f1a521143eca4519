export interface RedisServerOptions {
  /** Data and log stand here; the folder decides which server it is. */
  readonly folder: string;
  /** Chosen when absent. A given port, and the one of an earlier start, is kept. */
  readonly port?: number;
  /** False keeps nothing on disk: what is stored ends with the process. */
  readonly durable?: boolean;
  /** More server settings (`--name value`). */
  readonly settings?: Readonly<Record<string, string>>;
  readonly tell?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A real Redis or Valkey server on a folder of ours. Its process outlives the one that started it, unless it is stopped. */
export class RedisServer {
  constructor(options: RedisServerOptions);
  readonly folder: string;
  port: number | undefined;
  pid: number | undefined;
  /** Valid after the first start. */
  readonly url: string;
  isRunning(): Promise<boolean>;
  /** Resolves when it answers. Again after a stop or kill: on the same port. */
  start(): Promise<this>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** SIGSTOP freezes it, SIGCONT lets it go on. */
  signal(name: NodeJS.Signals): Promise<void>;
}

/** Sends one inline command and resolves with the first line of the answer. */
export function askRedis(port: number, command: string): Promise<string | undefined>;
export function findRedisProgram(
  tell: (line: string) => void,
): Promise<
  { readonly program: string } | { readonly program?: undefined; readonly reason: string }
>;
