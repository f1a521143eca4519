import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RESULTS_FOLDER } from './report.mjs';

const PROFILES_FOLDER = join(RESULTS_FOLDER, 'profiles');
const SHOWN = 25;

/** What node is told so that an arm leaves its profile. Profiles of an earlier run are removed. */
export function profilingOptions() {
  rmSync(PROFILES_FOLDER, { recursive: true, force: true });
  mkdirSync(PROFILES_FOLDER, { recursive: true });
  return ['--cpu-prof', '--cpu-prof-dir', PROFILES_FOLDER];
}

/** The functions that took most time themselves, callees left out, over all profiles of the run. */
export function profileText() {
  const files = readdirSync(PROFILES_FOLDER).filter((name) => name.endsWith('.cpuprofile'));
  const times = new Map();
  for (const name of files)
    addSelfTimes(JSON.parse(readFileSync(join(PROFILES_FOLDER, name))), times);
  const idle = times.get('(idle)') ?? 0;
  times.delete('(idle)');
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
  const rows = [...times].sort(([, left], [, right]) => right - left).slice(0, SHOWN);
  return [
    `profiles in ${PROFILES_FOLDER}: ${(busy / 1e6).toFixed(1)} s busy, ${(idle / 1e6).toFixed(1)} s idle`,
    ...rows.map(([place, time]) => `${((time / busy) * 100).toFixed(1).padStart(5)} %  ${place}`),
  ].join('\n');
}

function addSelfTimes({ nodes, samples, timeDeltas }, times) {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  for (const [at, id] of samples.entries()) {
    const place = places.get(id);
    times.set(place, (times.get(place) ?? 0) + timeDeltas[at]);
  }
}

function placeOf({ functionName, url, lineNumber }) {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  const short = path.split('/node_modules/').at(-1).split('/').slice(-4).join('/');
  const name = functionName === '' ? '(anonymous)' : functionName;
  return short === '' ? name : `${name}  ${short}:${lineNumber + 1}`;
}
