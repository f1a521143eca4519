import { ConfigurationError } from '../configuration.errors.js';
import { configKey, defineConsumer } from '../keys/index.js';
import { topicName } from '../parsing/index.js';
import { loadSettings } from './load-settings.js';

const entries = configKey('BOOK_ENTRIES_TOPIC', {
  section: 'Consumer book',
  parse: topicName(),
  default: 'book.entries',
  describes: 'the topic that entries are written to',
});
const book = defineConsumer({ name: 'book', produces: [entries] });
const plain = defineConsumer({ name: 'plain' });

function outputTopicsOf(consumer: string, environment: Record<string, string> = {}): unknown {
  const { settings } = loadSettings({ KAFKA_BROKERS: 'a:1', ...environment }, [book, plain]);
  return settings.consumers.get(consumer)?.outputTopics;
}

describe('the topics that a consumer writes to', () => {
  it('are told as they are configured', () => {
    expect(outputTopicsOf('book')).toEqual(['book.entries']);
    expect(outputTopicsOf('book', { BOOK_ENTRIES_TOPIC: 'elsewhere' })).toEqual(['elsewhere']);
    expect(outputTopicsOf('plain')).toBeUndefined();
  });

  it('are keys of its own, read and checked like the others', () => {
    expect(book.keys).toEqual([entries]);
    expect(() => outputTopicsOf('book', { BOOK_ENTRIES_TOPIC: 'no topic' })).toThrow(
      ConfigurationError,
    );
  });
});
