import { configKey, defineConsumer, topicName } from '../../config/index.js';

export const LEDGER_ENTRIES_TOPIC = configKey('LEDGER_ENTRIES_TOPIC', {
  section: 'Consumer ledger',
  parse: topicName(),
  default: 'caracal.ledger.entries',
  describes: 'the topic that ledger entries are written to',
});

export const ledgerConfig = defineConsumer({ name: 'ledger', produces: [LEDGER_ENTRIES_TOPIC] });
