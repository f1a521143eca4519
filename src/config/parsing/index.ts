export { byteSize } from './byte-size.js';
export { duration, durationText } from './duration.js';
export { decimal, integer } from './number.js';
export { Refusal, type Parser, type Range } from './parser.js';
export {
  boolean,
  hostAndPort,
  listOf,
  oneOf,
  secret,
  text,
  textOrOff,
  topicName,
  url,
} from './text.js';
