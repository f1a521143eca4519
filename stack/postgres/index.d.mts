import type { Client } from 'pg';

export interface PostgresServerOptions {
  /** Data and log stand here; the folder decides which server it is. Started by root, nobody must be able to reach it. */
  readonly folder: string;
  /** Chosen when absent. A given port, and the one of an earlier start, is kept. */
  readonly port?: number;
  /** False leaves fsync out, for tests: a killed server still loses nothing. */
  readonly durable?: boolean;
  /** The database that is created; `millrace` when absent. */
  readonly database?: string;
  /** More server settings (`-c name=value`). */
  readonly settings?: Readonly<Record<string, string>>;
  readonly tell?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A real PostgreSQL server on a folder of ours. Its process outlives the one that started it, unless it is stopped. */
export class PostgresServer {
  constructor(options: PostgresServerOptions);
  readonly folder: string;
  readonly dataFolder: string;
  readonly logFile: string;
  port: number | undefined;
  pid: number | undefined;
  /** Valid after the first start. */
  readonly url: string;
  urlOf(database: string): string;
  /** True when this folder's server runs on the remembered port and answers as itself. */
  isRunning(): Promise<boolean>;
  /** Resolves when the database answers. Again after a stop or kill: on the same port, with the same data. */
  start(): Promise<this>;
  /** A clean stop that disconnects clients; the data stays. */
  stop(): Promise<void>;
  /** A crash; the data stays. */
  kill(): Promise<void>;
  /** SIGSTOP freezes the main process, so that nobody can connect; SIGCONT lets it go on. */
  signal(name: NodeJS.Signals): Promise<void>;
}

export function serverAccount(): { readonly uid: number; readonly gid: number } | undefined;
export function canReach(folder: string): boolean;
export function reachableSubstitute(wanted: string): string;
export function createDatabase(url: string, name: string): Promise<void>;
export function dropDatabase(url: string, name: string): Promise<void>;
/** Runs `work` with a connection of its own. */
export function withConnection<T>(url: string, work: (client: Client) => Promise<T>): Promise<T>;
