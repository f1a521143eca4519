const OURS =
  /^(KAFKA|DATABASE|REDIS|IDEMPOTENCY|RAW_ZONE|ANALYTICS|MERGE|METERING|SCHEMA_REGISTRY|OPS|OTEL|CONSUMERS|PORT|HOST|LOG|SHUTDOWN)(_|$)/;

/**
 * The caller's environment without a single setting of the service: the demo shows the defaults.
 * @param {NodeJS.ProcessEnv} environment
 * @param {readonly import('../samples/sample-sets.mjs').SampleSet[]} sets
 */
export function withoutServiceSettings(environment, sets) {
  const prefixes = sets.map(({ consumer }) => `${consumer.toUpperCase().replaceAll('-', '_')}_`);
  const isOurs = (name) => OURS.test(name) || prefixes.some((prefix) => name.startsWith(prefix));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isOurs(name)));
}
