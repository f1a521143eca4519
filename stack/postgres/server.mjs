import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StackError } from '../project.mjs';
import { lastLines, runCommand, spawnDetached } from '../system/detached.mjs';
import { freePorts } from '../system/ports.mjs';
import { argumentsOf, isAlive } from '../system/processes.mjs';
import { ServerProcess } from '../system/server-process.mjs';
import { waitUntil } from '../system/wait-until.mjs';
import { canReach, serverAccount } from './account.mjs';
import { createDatabase, dataFolderAt } from './database.mjs';
import { providePrograms } from './programs.mjs';

const START_TIMEOUT_MS = 60_000;
const ATTEMPTS = 3;
const RELEASE_PATIENCE_MS = 10_000;
const BIND_FAILURE = /could not bind|Address already in use/;
// After a kill: the dead server's number or shared memory is still to be seen for a moment.
const STILL_HELD =
  /lock file "[^"]*postmaster\.pid" already exists|pre-existing shared memory block/;

/**
 * A real PostgreSQL server on a folder of ours, which must be reachable for the account it runs as. The folder
 * decides which server it is: its process is known by the data folder among its arguments and in its answer.
 */
export class PostgresServer extends ServerProcess {
  /**
   * @param {import('./index.d.mts').PostgresServerOptions} options
   */
  constructor({ durable = true, database = 'millrace', ...options }) {
    super(options, {
      name: 'PostgreSQL',
      endSignals: [
        ['SIGINT', 10_000],
        ['SIGQUIT', 5_000],
      ],
    });
    this.durable = durable;
    this.database = database;
  }

  get url() {
    return this.urlOf(this.database);
  }

  /** @param {string} database */
  urlOf(database) {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  get logFile() {
    return join(this.folder, 'postgres.log');
  }

  get dataFolder() {
    return join(this.folder, 'data');
  }

  /** True when this folder's server runs on the remembered port and answers as itself. */
  async isRunning() {
    const pid = this.findProcess();
    if (pid === undefined || this.port === undefined) return false;
    const answered = await dataFolderAt(this.urlOf('postgres')).catch(() => undefined);
    if (answered !== this.dataFolder) return false;
    this.pid = pid;
    return true;
  }

  /** Starts the server, on its port of before when it has one, and waits until its database answers. */
  async start() {
    await this.endLeftover();
    const programs = await providePrograms();
    this.prepareFolder();
    await this.initialiseOnce(programs);
    const heldUntil = Date.now() + RELEASE_PATIENCE_MS;
    for (let attempt = 1; ;) {
      await this.choosePort(attempt);
      const child = await this.launch(programs);
      const problem = await this.becomeReady(child);
      if (problem === undefined) break;
      if (STILL_HELD.test(problem.log) && Date.now() < heldUntil) await delay(100);
      else if (BIND_FAILURE.test(problem.log) && attempt < ATTEMPTS) attempt += 1;
      else throw problem.error;
    }
    await createDatabase(this.urlOf('postgres'), this.database);
    return this;
  }

  /** The process that the data folder names, if that number still belongs to this folder's server. */
  findProcess() {
    const file = join(this.dataFolder, 'postmaster.pid');
    if (!existsSync(file)) return undefined;
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return isAlive(pid) && argumentsOf(pid).includes(this.dataFolder) ? pid : undefined;
  }

  prepareFolder() {
    mkdirSync(this.folder, { recursive: true });
    const account = serverAccount();
    if (account === undefined) return;
    if (!canReach(resolve(this.folder, '..'), account)) {
      throw new StackError(
        `PostgreSQL cannot run as root, and nobody cannot reach ${this.folder}.`,
      );
    }
    chownSync(this.folder, account.uid, account.gid);
  }

  /** Makes the database files beside their place and moves them there: a broken attempt leaves nothing behind. */
  async initialiseOnce(programs) {
    if (existsSync(join(this.dataFolder, 'PG_VERSION'))) return;
    const draft = join(this.folder, 'initialising');
    rmSync(draft, { recursive: true, force: true });
    const { code, output } = await runCommand(
      join(programs, 'bin', 'initdb'),
      [
        ...['-D', draft, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'],
        ...[
          '--locale-provider=builtin',
          '--builtin-locale=C.UTF-8',
          '--no-instructions',
          '--no-sync',
        ],
      ],
      { cwd: this.folder, account: serverAccount() },
    );
    if (code !== 0) throw new StackError(`initdb failed in ${this.folder}:\n${lastLines(output)}`);
    renameSync(draft, this.dataFolder);
  }

  /** The port of before stays as long as it can be had; later attempts take a new one. */
  async choosePort(attempt) {
    this.portIsFixed ??= this.port !== undefined;
    if (attempt > 1 && !this.portIsFixed) this.port = undefined;
    this.port ??= (await freePorts(1))[0];
  }

  async launch(programs) {
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      shared_buffers: '32MB',
      max_connections: '200',
      ...(this.durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
      ...this.settings,
    };
    const parameters = Object.entries(settings).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    this.abortSignal?.throwIfAborted();
    const child = await spawnDetached(
      join(programs, 'bin', 'postgres'),
      ['-D', this.dataFolder, '-p', String(this.port), ...parameters],
      { cwd: this.folder, logFile: this.logFile, account: serverAccount() },
    );
    this.pid = child.pid;
    return child;
  }

  /** Undefined when ready; else its log and the error to throw. */
  async becomeReady(child) {
    const ready = async () => {
      if (child.ended()) return { ended: true };
      const answered = await dataFolderAt(this.urlOf('postgres'));
      return answered === this.dataFolder ? { ended: false } : undefined;
    };
    const what = `PostgreSQL on port ${this.port} to answer`;
    const result = await waitUntil(ready, {
      what,
      timeoutMs: START_TIMEOUT_MS,
      everyMs: 20,
      signal: this.abortSignal,
    }).catch((error) => error);
    if (result.ended === false) return undefined;
    const log = child.log();
    if (!child.ended()) await this.stop();
    this.abortSignal?.throwIfAborted();
    const message = `PostgreSQL did not start (${this.logFile}):\n${lastLines(log)}`;
    return { log, error: new StackError(message, { cause: result }) };
  }
}
