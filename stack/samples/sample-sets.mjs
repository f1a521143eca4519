import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_FOLDER } from '../project.mjs';

/**
 * One sample as it is published.
 * @typedef {object} Sample
 * @property {string} class `good`, `duplicate`, or the reason of its dead letter
 * @property {string} why
 * @property {string} topic
 * @property {string | null} key
 * @property {Record<string, string>} headers
 * @property {Buffer | null} value
 */

/**
 * The samples of one consumer.
 * @typedef {object} SampleSet
 * @property {string} consumer
 * @property {boolean} isPublished false for one that reads another set's samples
 * @property {string} group
 * @property {readonly string[]} topics
 * @property {readonly string[]} deadLetterTopics
 * @property {readonly Sample[]} samples
 * @property {Effect[]} effects
 */

/**
 * What the samples must leave: the rows of a query in PostgreSQL, the values of a topic but for their `source`, what
 * stands in the raw zone of a topic, or the customers and products at the analytics API.
 * @typedef {object} Effect
 * @property {string} title
 * @property {string} [query]
 * @property {string} [topic]
 * @property {string} [zone]
 * @property {boolean} [isAtApi]
 * @property {Record<string, unknown>[]} rows
 */

const FOLDER = join(PROJECT_FOLDER, 'samples');

/**
 * Every sample set. Topics follow the consumer's setting in the environment, as they do in the service.
 * @returns {Promise<SampleSet[]>}
 */
export async function loadSampleSets(environment = process.env) {
  const names = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'set.json')));
  return Promise.all(names.sort().map((name) => loadSet(join(FOLDER, name), environment)));
}

async function loadSet(folder, environment) {
  const set = readSet(folder);
  const topics = set.topics.map(
    (topic, index) => configuredTopics(set.consumer, environment)[index] ?? topic,
  );
  const samples = linesOf(set, folder)
    .map((line) => toSample(line, set.topics, topics))
    .map((sample) => ({ ...sample, class: set.classes?.[sample.class] ?? sample.class }));
  const effectsFile = join(folder, 'effects.mjs');
  const effects = existsSync(effectsFile)
    ? (await import(pathToFileURL(effectsFile).href)).effectsOf(samples)
    : [];
  return {
    consumer: set.consumer,
    isPublished: set.reads === undefined,
    group: set.group,
    topics,
    deadLetterTopics: set.deadLetterTopics,
    samples,
    effects,
  };
}

function readSet(folder) {
  return JSON.parse(readFileSync(join(folder, 'set.json'), 'utf8'));
}

/** The set's own, or those of the set whose topic this consumer reads as well. */
function linesOf(set, folder) {
  const source = set.reads === undefined ? folder : join(FOLDER, set.reads);
  return readSet(source)
    .files.flatMap((file) => readFileSync(join(source, file), 'utf8').split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));
}

function configuredTopics(consumer, environment) {
  const prefix = consumer.toUpperCase().replaceAll('-', '_');
  const setting = environment[`${prefix}_TOPICS`] || environment[`${prefix}_TOPIC`] || '';
  return setting
    .split(',')
    .map((topic) => topic.trim())
    .filter((topic) => topic !== '');
}

function toSample(line, declared, topics) {
  const { class: kind, why, key = null } = line;
  const topic = topics[line.topic === undefined ? 0 : declared.indexOf(line.topic)];
  return { class: kind, why, key, topic, headers: headersOf(line), value: valueOf(line) };
}

function headersOf({ headers = {}, extraHeaders = 0 }) {
  const more = Array.from({ length: extraHeaders }, (_, index) => [
    `x-noise-${index}`,
    String(index),
  ]);
  return Object.fromEntries([...Object.entries(headers), ...more]);
}

function valueOf({ value, text, base64, extraBytes }) {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  if (text !== undefined) return Buffer.from(text);
  if (value === null) return null;
  const whole = extraBytes === undefined ? value : { ...value, padding: 'x'.repeat(extraBytes) };
  return Buffer.from(JSON.stringify(whole));
}
