// Writes the folder of a new consumer, which builds, passes every check and has a spec of its own as it is:
//   npm run new-consumer -- <name> --topic <topic> [--group <group>]
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { filledIn, namesOf, UsageError } from './new-consumer/names.mjs';

const EXIT_USAGE = 2;
const USAGE = 'npm run new-consumer -- <name> --topic <topic> [--group <group>]';
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const TEMPLATES = join(ROOT, 'scripts', 'new-consumer', 'template');
const SUFFIX = '.template';

function givenNames() {
  const options = { topic: { type: 'string' }, group: { type: 'string' } };
  const { values, positionals } = parse({ options, allowPositionals: true });
  if (positionals.length !== 1) throw new UsageError('name one consumer');
  return namesOf({ name: positionals[0], topic: values.topic, group: values.group });
}

function parse(options) {
  try {
    return parseArgs(options);
  } catch (error) {
    throw new UsageError(error.message);
  }
}

/** As long as names may be: what they are put into is formatted anew. */
async function writeFormatted(path, text) {
  const settings = await resolveConfig(path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, await format(text, { ...settings, filepath: path }));
  process.stdout.write(`wrote ${relative(ROOT, path)}\n`);
}

async function generate() {
  const names = givenNames();
  const folder = join(ROOT, 'src', 'consumers', names.NAME);
  if (existsSync(folder)) throw new UsageError(`${relative(ROOT, folder)} is there already`);
  const templates = (await readdir(TEMPLATES, { recursive: true })).filter((path) =>
    path.endsWith(SUFFIX),
  );
  for (const template of templates.sort()) {
    const text = await readFile(join(TEMPLATES, template), 'utf8');
    const path = filledIn(template.slice(0, -SUFFIX.length), names);
    await writeFormatted(join(folder, path), filledIn(text, names));
  }
  process.stdout.write(
    `\nIts spec: npm test -- --selectProjects unit --testPathPatterns consumers/${names.NAME}\n` +
      'The way on: docs/guides/add-a-consumer.md\n',
  );
}

try {
  await generate();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}\n`);
  process.exit(EXIT_USAGE);
}
