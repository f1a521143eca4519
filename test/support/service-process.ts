import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';

/** Node's options in production, for specs that measure: the Dockerfile's. */
export const PRODUCTION_NODE_OPTIONS = /NODE_OPTIONS=(\S+)/.exec(
  readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8'),
)![1]!;

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** The compiled service in a process of its own, with nothing but the given environment. */
export class ServiceProcess {
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | NodeJS.Signals>;

  constructor(
    environment: Readonly<Record<string, string>>,
    readonly url = '',
    main = MAIN,
  ) {
    this.child = spawn(process.execPath, [main], {
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
    this.ended = once(this.child, 'exit').then(
      ([code, signal]) => (code ?? signal) as number | NodeJS.Signals,
    );
  }

  /** On a free port, ready to be probed at `url`. `main` is the service's own unless it is given. */
  static async listening(
    environment: Readonly<Record<string, string>>,
    main?: string,
  ): Promise<ServiceProcess> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    return new ServiceProcess({ ...environment, PORT: String(port) }, url, main);
  }

  /** The exit code, or the signal that ended it. */
  exit(): Promise<number | NodeJS.Signals> {
    return this.ended;
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The most memory that the process has held so far, in bytes. Linux alone tells. */
  get peakMemoryBytes(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Waits until that path answers with that code. */
  answers(path: string, code: number, timeoutMs?: number): Promise<void> {
    const isAnswered = async (): Promise<boolean> => (await fetch(this.url + path)).status === code;
    return eventually(isAnswered, `${path} is ${code}`, timeoutMs);
  }

  /** Ends it in any case. */
  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
