import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../../stack/system/wait-until.mjs';

const SIZE = '192m';
const CHUNK = Buffer.alloc(64 * 1024);
const NOTICED_WITHIN_MS = 30_000;

/** A file system in memory that a broker's data stand on, so that it can be filled. Only root may make one. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  static mount(folder: string): SmallDisk {
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], {
      stdio: 'pipe',
    });
    return new SmallDisk(folder);
  }

  /** Leaves no room, again and again, until the broker has noticed: it ends when it cannot write. */
  async fillUntilEnded(broker: { isRunning(): Promise<boolean> }): Promise<void> {
    const hasEnded = async (): Promise<boolean> => {
      this.fill();
      return !(await broker.isRunning());
    };
    await waitUntil(hasEnded, { what: 'the broker to end', timeoutMs: NOTICED_WITHIN_MS });
  }

  free(): void {
    rmSync(this.filling, { force: true });
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.folder], { stdio: 'pipe' });
  }

  private get filling(): string {
    return join(this.folder, 'filling');
  }

  private fill(): void {
    const file = openSync(this.filling, 'a');
    try {
      for (;;) writeSync(file, CHUNK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }
}

/** Why a disk of that kind cannot be had here; undefined when it can. */
export function whyNoSmallDisk(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root may mount a disk';
  const powers = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]!;
  const MAY_MOUNT = 1n << 21n;
  return (BigInt(`0x${powers}`) & MAY_MOUNT) === 0n ? 'root may not mount here' : undefined;
}

/** Takes away what a run that was broken off has left mounted. */
export function unmountBelow(folder: string): void {
  if (process.platform !== 'linux') return;
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  for (const target of mounts.map((line) => line.split(' ')[1] ?? '')) {
    if (target.startsWith(`${folder}/`)) execFileSync('umount', ['--lazy', target]);
  }
}
