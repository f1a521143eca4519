import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { findJava, provideJars } from '../../stack/kafka/index.mjs';

const PROGRAM = join(import.meta.dirname, 'java', 'Member.java');

/** A member of a consumer group that is the Java client with its own defaults, in a process of its own. */
export class JavaMember {
  /** What it has printed: `assigned <count>` at each assignment, `refused <error>` when the group does not take it. */
  readonly lines: string[] = [];

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(line));
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
  }

  static async join(broker: string, group: string, topic: string): Promise<JavaMember> {
    const [{ command }, jars] = await Promise.all([findJava(), provideJars({ tell: () => {} })]);
    const options = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
    const program = ['-cp', jars.join(delimiter), PROGRAM, broker, group, topic];
    return new JavaMember(spawn(command, [...options, ...program]));
  }

  /** Resolves when it has left its group and its process has ended. */
  async leave(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.stdin.end();
    await ended;
  }
}
