// Loaded into a member before its main module: every ten seconds, after a full collection, one line beside its effect log:
// seconds of its life, then bytes of resident set, heap in use, memory outside the heap, and array buffers.
import { appendFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const EVERY_MS = 10_000;
const file = process.env.FAULTS_EFFECT_LOG.replace('effects-', 'memory-');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

setInterval(() => {
  collect();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const numbers = [process.uptime().toFixed(1), rss, heapUsed, external, arrayBuffers];
  appendFileSync(file, `${numbers.join(' ')}\n`);
}, EVERY_MS).unref();
