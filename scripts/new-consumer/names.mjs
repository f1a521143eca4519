const CONSUMER = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** Their prefixes or words mean something else already. */
const TAKEN = new Set(['all', 'kafka', 'ops']);
const TOPIC = /^[A-Za-z0-9._-]{1,249}$/;
const GROUP = /^[A-Za-z0-9._-]{1,249}$/;

/** A wrong command line, in words for whoever typed it. */
export class UsageError extends Error {}

/**
 * What the templates are filled in with.
 * @typedef {object} Names
 * @property {string} NAME the consumer's, in kebab case
 * @property {string} CLASS the same as the beginning of a class's name
 * @property {string} PREFIX the same as the beginning of a key's name
 * @property {string} TOPIC
 * @property {string} GROUP
 */

/**
 * @param {{ name?: string, topic?: string, group?: string }} given
 * @returns {Names}
 */
export function namesOf({ name = '', topic = '', group = name }) {
  if (!CONSUMER.test(name) || TAKEN.has(name)) {
    throw new UsageError('a consumer is named in kebab case, and not all, kafka or ops');
  }
  if (!TOPIC.test(topic) || topic === '.' || topic === '..') {
    throw new UsageError('--topic: letters, digits, dot, underscore and hyphen, at most 249');
  }
  if (!GROUP.test(group)) {
    throw new UsageError('--group: letters, digits, dot, underscore and hyphen, at most 249');
  }
  const words = name.split('-');
  return {
    NAME: name,
    CLASS: words.map((word) => word[0].toUpperCase() + word.slice(1)).join(''),
    PREFIX: words.map((word) => word.toUpperCase()).join('_'),
    TOPIC: topic,
    GROUP: group,
  };
}

/**
 * A template's text or file name with the names in their places: `__NAME__`.
 * @param {string} text
 * @param {Names} names
 */
export function filledIn(text, names) {
  return text.replaceAll(/__(NAME|CLASS|PREFIX|TOPIC|GROUP)__/g, (_, name) => names[name]);
}
