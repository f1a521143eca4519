import { nextFreePort, portIsFree } from '../system/ports.mjs';

const CONNECTION_SETTINGS =
  /^(KAFKA_(BOOTSTRAP_SERVERS|SSL.*|SASL_.*)|(DATABASE|RAW_ZONE)_URL(_FILE)?|ANALYTICS_API_.*)$/;
const USUAL_PORT = 3000;

/** True when the user names a broker of their own: then nothing is embedded. */
export function hasOwnBroker(environment = process.env) {
  return Boolean(environment.KAFKA_BROKERS || environment.KAFKA_BOOTSTRAP_SERVERS);
}

/**
 * The service's environment on the embedded stack: all or nothing. What the user set for a broker, database or API
 * of their own does not mix with it, and that is said.
 * @param {Record<string, string | undefined>} environment
 * @param {{ kafka: string, postgres: string, rawZone: string, analyticsApi: string }} addresses
 */
export function embeddedEnvironment(environment, addresses, tell) {
  const dropped = Object.keys(environment).filter((name) => CONNECTION_SETTINGS.test(name));
  if (dropped.length > 0) {
    tell(
      `KAFKA_BROKERS is not set, so everything is embedded; not used: ${dropped.sort().join(', ')}`,
    );
  }
  return {
    ...without(environment, [...dropped, 'KAFKA_REPO_URL']),
    KAFKA_BROKERS: addresses.kafka,
    KAFKA_AUTO_CREATE_TOPICS: environment.KAFKA_AUTO_CREATE_TOPICS ?? 'true',
    DATABASE_URL: addresses.postgres,
    RAW_ZONE_URL: addresses.rawZone,
    ANALYTICS_API_BASE_URL: addresses.analyticsApi,
  };
}

function without(environment, names) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
}

/**
 * Where the service listens: where the environment says, else on the usual port, else on the next free one.
 * @returns {Promise<{ host: string, port: string }>}
 */
export async function chooseHttpAddress(environment, tell) {
  const host = environment.HOST || '127.0.0.1';
  if (environment.PORT) return { host, port: environment.PORT };
  if (await portIsFree(USUAL_PORT, host)) return { host, port: String(USUAL_PORT) };
  const port = await nextFreePort(USUAL_PORT + 1, host);
  tell(`port ${USUAL_PORT} is taken: the service listens on ${port} (set PORT to choose)`);
  return { host, port: String(port) };
}

/** The address to ask and to show: a wildcard host is not one to connect to. */
export function urlOf({ host, port }) {
  const reachable = ['0.0.0.0', '::', '[::]'].includes(host) ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
