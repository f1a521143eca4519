import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StackError } from '../project.mjs';
import { lastLines, spawnDetached } from '../system/detached.mjs';
import { freePorts } from '../system/ports.mjs';
import { processesWithArgument } from '../system/processes.mjs';
import { ServerProcess } from '../system/server-process.mjs';
import { waitUntil } from '../system/wait-until.mjs';
import { archiveOptions, keepArchive } from './class-archive.mjs';
import { provideJars } from './jars.mjs';
import { findJava } from './java.mjs';
import { clusterIdAt, coordinatorsReady } from './probe.mjs';
import { serverProperties } from './server-properties.mjs';
import { formatOnce, formattedClusterId } from './storage-format.mjs';

const START_TIMEOUT_MS = 60_000;
const BIND_ATTEMPTS = 3;

/**
 * A real Kafka broker on a folder of ours. The folder decides which broker it is: its process is known by the
 * settings file among its arguments and by the cluster id it answers with.
 */
export class KafkaBroker extends ServerProcess {
  /**
   * @param {import('./index.d.mts').KafkaBrokerOptions} options
   */
  constructor(options) {
    super(options, { name: 'Kafka', endSignals: [['SIGTERM', 20_000]] });
    this.controllerPort = options.controllerPort;
    this.member = options.member;
    this.clusterId = undefined;
  }

  get address() {
    return `127.0.0.1:${this.port}`;
  }

  get logFile() {
    return join(this.folder, 'kafka.log');
  }

  /** True when this folder's broker runs on the remembered port and answers as itself. */
  async isRunning() {
    const pid = this.findProcess();
    if (pid === undefined || this.port === undefined) return false;
    const expected = formattedClusterId(join(this.folder, 'data'));
    const answered = await clusterIdAt(this.port).catch(() => undefined);
    if (expected === undefined || answered !== expected) return false;
    this.pid = pid;
    this.clusterId = expected;
    return true;
  }

  /** Starts the broker, on its port of before when it has one, and waits until groups can join. */
  async start() {
    await this.endLeftover();
    mkdirSync(join(this.folder, 'data'), { recursive: true });
    const java = await findJava();
    const jars = await provideJars({ tell: this.tell });
    const classPath = ['-cp', jars.join(delimiter)];
    for (let attempt = 1; ; attempt += 1) {
      await this.choosePorts(attempt);
      const child = await this.launch(java, classPath);
      const problem = await this.becomeReady(child);
      if (problem === undefined) return this;
      if (!problem.portTaken || attempt === BIND_ATTEMPTS) throw problem.error;
    }
  }

  async stop() {
    await super.stop();
    if (this.java !== undefined) keepArchive(this.java, this.archiveDraft);
  }

  get propertiesFile() {
    return join(this.folder, 'server.properties');
  }

  get archiveDraft() {
    return join(this.folder, 'classes.jsa');
  }

  findProcess() {
    return processesWithArgument(this.propertiesFile)[0];
  }

  /** The ports of before stay as long as they can be had; later attempts take new ones. */
  async choosePorts(attempt) {
    if (attempt > 1 && !this.portIsFixed) this.port = undefined;
    if (attempt > 1) this.controllerPort = undefined;
    this.portIsFixed ??= this.port !== undefined;
    const [first, second] = await freePorts(2);
    this.port ??= first;
    this.controllerPort ??= second;
  }

  async launch(java, classPath) {
    this.java = java;
    const logFolder = join(this.folder, 'data');
    writeFileSync(
      this.propertiesFile,
      serverProperties({
        port: this.port,
        controllerPort: this.controllerPort,
        logFolder,
        overrides: this.settings,
      }),
    );
    const base = [...jvmOptions(java, this.member?.heapMegabytes), ...classPath];
    const options = [...archiveOptions(java), ...base];
    this.clusterId = await formatOnce({
      java,
      options,
      propertiesFile: this.propertiesFile,
      logFolder,
      clusterId: this.member?.clusterId,
    });
    this.abortSignal?.throwIfAborted();
    const child = await spawnDetached(
      java.command,
      [...archiveOptions(java, this.archiveDraft), ...base, 'kafka.Kafka', this.propertiesFile],
      { cwd: this.folder, logFile: this.logFile },
    );
    this.pid = child.pid;
    return child;
  }

  /** Undefined when ready; else what went wrong. Somebody else's broker on the port is not ours being ready. */
  async becomeReady(child) {
    const ready = async () => {
      if (child.ended()) return { ended: true };
      if ((await clusterIdAt(this.port)) !== this.clusterId) return undefined;
      // The coordinators of a cluster are on whichever of its brokers: the cluster asks for them.
      if (this.member !== undefined) return { ended: false };
      return (await coordinatorsReady(this.port)) ? { ended: false } : undefined;
    };
    const what = `Kafka on ${this.address} to answer`;
    const result = await waitUntil(ready, {
      what,
      timeoutMs: START_TIMEOUT_MS,
      signal: this.abortSignal,
    }).catch((error) => error);
    if (result.ended === false) return undefined;
    const log = child.log();
    await this.stop();
    this.abortSignal?.throwIfAborted();
    const portTaken = /failed to bind|Address already in use/.test(log);
    const message = `Kafka did not start (${this.logFile}):\n${lastLines(log)}`;
    return { portTaken, error: new StackError(message, { cause: result }) };
  }
}

function jvmOptions(java, heapMegabytes = 512) {
  return [
    `-Xmx${heapMegabytes}m`,
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-XX:-UsePerfData',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS',
    ...(java.major >= 24 ? ['--enable-native-access=ALL-UNNAMED'] : []),
  ];
}
