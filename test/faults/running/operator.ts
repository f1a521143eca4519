import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';

/** Runs the service's own command line, each command in a process of its own. */
export class Operator {
  private readonly program: string;
  private readonly environment: Readonly<Record<string, string>>;

  /** `main`: the service's entry, which the command line stands beside. */
  constructor(main: string, environment: Readonly<Record<string, string>>) {
    this.program = join(dirname(main), 'cli', 'main.js');
    const { PATH = '' } = process.env;
    this.environment = {
      ...{ PATH, ...environment, KAFKA_AUTO_CREATE_TOPICS: 'true' },
      // Its consumers are loaded too, and handle nothing.
      FAULTS_EFFECT_LOG: devNull,
    };
  }

  /** The answer of a command that ends with 0. */
  async answer<Answer>(...words: readonly string[]): Promise<Answer> {
    const child = this.start(...words, '--json');
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]!.on('data', (chunk: Buffer) => (said[stream] += chunk.toString()));
    }
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${said.stderr}`);
    return JSON.parse(said.stdout) as Answer;
  }

  start(...words: readonly string[]): ChildProcess {
    return spawn(process.execPath, [this.program, ...words], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
