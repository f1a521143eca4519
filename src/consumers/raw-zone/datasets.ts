import { Refusal, topicName, type Parser } from '../../config/index.js';

/** A topic that is landed, and what its records must say of themselves. */
export interface Dataset {
  readonly name: string;
  readonly topic: string;
  /** Names of headers that each record must have, with a value. */
  readonly requiredHeaders: readonly string[];
}

const ENTRY = /^([a-z0-9][a-z0-9-]*)(?:=([^:]*))?(?::(.*))?$/;
const HEADER = /^[^\s,+:=]+$/;
const TOPIC = topicName();

/**
 * One dataset: `orders`, which is landed from `streamlake.orders.raw`; with a topic of its own, `clicks=web.clicks`; with
 * required headers, `orders:event_id+source`.
 */
export function dataset(): Parser<Dataset> {
  return {
    expects:
      'a dataset: <name>, <name>=<topic>, or either with the headers it requires, :<header>+<header>',
    parse: (text) => {
      const [, name, topic = `streamlake.${name}.raw`, headers] = ENTRY.exec(text) ?? [];
      if (name === undefined) return new Refusal('a name is lower case letters, digits, hyphens');
      if (TOPIC.parse(topic) instanceof Refusal) return new Refusal('that is no topic name');
      const requiredHeaders = headers === undefined ? [] : headers.split('+');
      if (!requiredHeaders.every((header) => HEADER.test(header))) {
        return new Refusal('headers are separated by + and not empty');
      }
      return { name, topic, requiredHeaders };
    },
  };
}
