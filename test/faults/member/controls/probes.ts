const COUNTS = {
  ...{ received: 0, done: 0, duplicate: 0, skipped: 0, retried: 0, deadLettered: 0 },
  ...{ abandoned: 0, inFlight: 0, buffered: 0, waiting: 0 },
};

/** What a control answers to every probe: it is judged by its records alone. */
export const PROBES_ANSWER = { details: { 'consumer.effects': { records: COUNTS } } };

/** The environment that every member is given. */
export const CONTROL = {
  brokers: process.env['KAFKA_BROKERS']!.split(','),
  topic: process.env['EFFECTS_TOPIC']!,
  groupId: process.env['EFFECTS_GROUP_ID']!,
  port: Number(process.env['PORT']),
  sessionTimeout: 6_000,
  heartbeatInterval: 500,
};
