import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '../../stack/project.mjs';
import { lastLines } from '../../stack/system/detached.mjs';
import { build } from './build.js';
import type { ForeignLibrary } from './libraries/library.js';

const PATIENCE_MS = 30_000;

/** A library's program in a process of its own, which ends when we do: its standard input is ours to keep open. */
export class Program {
  private constructor(
    private readonly child: ChildProcess,
    private readonly logFile: string,
  ) {}

  /** Builds the program and starts it. Everything it makes stands in the folder. */
  static async start(library: ForeignLibrary, broker: string, folder: string): Promise<Program> {
    const { command, parameters } = await build(library, folder);
    const logFile = join(folder, 'program.log');
    const log = openSync(logFile, 'w');
    const child = spawn(command, [...parameters, broker, folder], { stdio: ['pipe', log, log] });
    child.stdin!.on('error', () => undefined); // the program has ended before us
    closeSync(log);
    await once(child, 'spawn');
    return new Program(child, logFile);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Throws when the program has ended by itself, with what it said last. */
  assertRuns(): void {
    if (this.isRunning) return;
    const { exitCode, signalCode } = this.child;
    const log = readFileSync(this.logFile, 'utf8');
    throw new StackError(`the program ended with ${exitCode ?? signalCode}:\n${causesIn(log)}`);
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    const ended = once(this.child, 'exit');
    this.child.stdin!.end();
    const late = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS);
    await ended;
    clearTimeout(late);
  }
}

/** A Java program's last words without the frames between them. */
function causesIn(log: string): string {
  return lastLines(log.replaceAll(/^\s+(?:at|\.\.\.) .*\n/gm, ''));
}
