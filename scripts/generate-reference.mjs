// Writes the files that follow from the declarations of the configuration and of the metrics. Needs a build: `npm run reference` makes one.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { declaredConsumers, referenceFiles } from '../dist/config/index.js';
import { metricsReference } from '../dist/observability/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const declarations = await declaredConsumers(join(root, 'dist', 'consumers'));

for (const { path, content } of [...referenceFiles(declarations), metricsReference()]) {
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
  process.stdout.write(`wrote ${path}\n`);
}
