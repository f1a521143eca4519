import { Interrupted, StackError } from './project.mjs';

/**
 * Tells the user what is going on. It writes to stderr, so that what a command answers on stdout can be piped.
 * @typedef {(line: string) => void} Say
 * @type {Say}
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @type {Say} */
export const silent = () => undefined;

export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * Says that a step is under way, repeats it while it lasts, and says how long it took.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @param {{ tell?: Say, everyMs?: number }} [options]
 * @returns {Promise<T>}
 */
export async function step(what, work, { tell = say, everyMs = 5000 } = {}) {
  const began = Date.now();
  tell(`${what} …`);
  const reminder = setInterval(() => tell(`${what} … ${seconds(Date.now() - began)}`), everyMs);
  try {
    const result = await work();
    tell(`${what}: done in ${seconds(Date.now() - began)}`);
    return result;
  } finally {
    clearInterval(reminder);
  }
}

/** Prints a failure the way its kind deserves and returns the exit code that belongs to it. */
export function report(error) {
  if (error instanceof Interrupted) {
    say(error.message);
    return error.signal === 'SIGINT' ? 130 : 143;
  }
  if (error instanceof StackError) {
    say(`\n${error.message}`);
    return error.exitCode;
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

/** A closed pipe or terminal must not turn an orderly end into a crash. */
export function outliveClosedOutput() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}
