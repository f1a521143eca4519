import { configKey, defineConsumer } from '../keys/index.js';
import { listOf, text } from '../parsing/index.js';
import { loadSettings } from './load-settings.js';

const landing = defineConsumer({
  name: 'landing',
  keys: [
    configKey('LANDING_SETS', {
      section: 'Consumer landing',
      describes: 'what is landed',
      default: 'a,b',
      parse: listOf(text()),
    }),
  ],
  topics: ({ LANDING_SETS: sets }) => (sets as readonly string[]).map((set) => `${set}.raw`),
});

const topicsOf = (environment: Record<string, string>) =>
  loadSettings({ KAFKA_BROKERS: 'a:1', ...environment }, [landing]).settings.consumers.get(
    'landing',
  )?.topics;

describe('the topics of a consumer whose own keys ask for them', () => {
  it('are those, or what is given in their places', () => {
    expect(topicsOf({})).toEqual(['a.raw', 'b.raw']);
    expect(topicsOf({ LANDING_SETS: 'c' })).toEqual(['c.raw']);
    expect(topicsOf({ LANDING_TOPICS: 'x,y' })).toEqual(['x', 'y']);
  });

  it('are given for each of them or for none', () => {
    expect(() => topicsOf({ LANDING_TOPIC: 'x' })).toThrow(
      'LANDING_TOPICS: expected one topic in the place of each of a.raw, b.raw',
    );
  });

  it('are nobody’s matter while those keys are wrong', () => {
    expect(() => topicsOf({ LANDING_SETS: 'a,,b' })).toThrow(/LANDING_SETS: expected a comma list/);
  });
});
