import { defineConsumer } from '../../../../../src/config/index.js';

export const storedEffectsConfig = defineConsumer({
  name: 'stored-effects',
  requires: ['DATABASE_URL'],
});
