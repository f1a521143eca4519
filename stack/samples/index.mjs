export { becomesDeadLetter, expectationsOf } from './expectations.mjs';
export { connectionTo, withAdmin } from './kafka-connection.mjs';
export { publishSamples, publishSamplesOnce } from './publish.mjs';
export { loadSampleSets } from './sample-sets.mjs';
export { createSourceTopics } from './source-topics.mjs';
