import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { parse } from 'yaml';
import { PROJECT_FOLDER } from './fixtures/planted-tree.js';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly stop_grace_period?: string;
}

interface ComposeFile {
  readonly services: Readonly<Record<'kafka' | 'postgres' | 'millrace', Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const read = (name: string): string => readFileSync(join(PROJECT_FOLDER, name), 'utf8');
const compose = parse(read('docker-compose.yml')) as ComposeFile;
const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
const { kafka, postgres, millrace } = compose.services;

/** Every key that `.env.example` names, commented out or not, with its default. */
const knownKeys = new Map(
  [...read('.env.example').matchAll(/^#?\s*([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, key, value]) => [
    key!,
    value!.trim(),
  ]),
);

const instructions = (word: string): string[] =>
  dockerfile
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => line.slice(word.length + 1));

const imageEnvironment = new Map(
  instructions('ENV')
    .flatMap((line) => line.split(' '))
    .map((pair) => pair.split('=') as [string, string]),
);

const containerPort = (published: string): string => published.split(':').at(-1)!;

describe('docker-compose.yml', () => {
  it('runs Kafka, PostgreSQL and the service, and nothing else', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['kafka', 'millrace', 'postgres']);
    expect(millrace.build).toBe('.');
  });

  it.each([kafka, postgres])('pins the image $image', ({ image }) => {
    expect(image).toMatch(/^[a-z/]+:\d+(\.\d+)*(-[a-z]+)?$/);
  });

  it('gives the service no key that .env.example does not name', () => {
    const keys = Object.keys(millrace.environment ?? {});
    expect(keys).toEqual(expect.arrayContaining(['KAFKA_BROKERS', 'DATABASE_URL']));
    expect(keys.filter((key) => !knownKeys.has(key))).toEqual([]);
  });

  it('sends the service to the listener that Kafka advertises to containers', () => {
    const advertised = String(kafka.environment?.['KAFKA_ADVERTISED_LISTENERS']).split(',');
    expect(advertised).toContain(`INTERNAL://${millrace.environment?.['KAFKA_BROKERS']}`);
  });

  it('advertises to this machine the Kafka port that it publishes', () => {
    const advertised = String(kafka.environment?.['KAFKA_ADVERTISED_LISTENERS']).split(',');
    expect(kafka.ports).toEqual(['127.0.0.1:9092:9092']);
    expect(advertised).toContain('HOST://localhost:9092');
  });

  it('gives every listener of Kafka a protocol and a port of its own', () => {
    const listeners = String(kafka.environment?.['KAFKA_LISTENERS']).split(',');
    const names = listeners.map((listener) => listener.split('://')[0]);
    const protocols = String(kafka.environment?.['KAFKA_LISTENER_SECURITY_PROTOCOL_MAP']);
    expect(protocols.split(',').map((pair) => pair.split(':')[0])).toEqual(names);
    expect(new Set(listeners.map(containerPort)).size).toBe(names.length);
  });

  it('sends the service to the database that PostgreSQL is told to make', () => {
    const url = new URL(String(millrace.environment?.['DATABASE_URL']));
    expect({ user: url.username, password: url.password, database: url.pathname.slice(1) }).toEqual(
      {
        user: postgres.environment?.['POSTGRES_USER'],
        password: postgres.environment?.['POSTGRES_PASSWORD'],
        database: postgres.environment?.['POSTGRES_DB'],
      },
    );
    expect(`${url.hostname}:${url.port}`).toBe('postgres:5432');
    expect(postgres.ports?.map(containerPort)).toEqual(['5432']);
  });

  it('starts the service when Kafka and PostgreSQL are healthy', () => {
    for (const name of ['kafka', 'postgres'] as const) {
      expect(compose.services[name].healthcheck?.test[0]).toBe('CMD');
      expect(millrace.depends_on?.[name]?.condition).toBe('service_healthy');
    }
  });

  it('publishes ports to this machine only', () => {
    const published = Object.values(compose.services).flatMap(({ ports }) => ports ?? []);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('declares every volume that it mounts', () => {
    const mounted = Object.values(compose.services).flatMap(({ volumes }) => volumes ?? []);
    const names = mounted.map((volume) => volume.split(':')[0]);
    expect(names.sort()).toEqual(Object.keys(compose.volumes).sort());
  });

  it('waits longer for the service to end than the service for its drain', () => {
    const seconds = (text: string | undefined): number => Number(/^(\d+)s$/.exec(text ?? '')?.[1]);
    const drain = seconds(knownKeys.get('SHUTDOWN_TIMEOUT'));
    expect(seconds(millrace.stop_grace_period)).toBeGreaterThan(drain);
  });
});

describe('the Dockerfile', () => {
  it('serves the default port, to the outside of the container', () => {
    expect(instructions('EXPOSE')).toEqual([knownKeys.get('PORT')]);
    expect(imageEnvironment.get('PORT')).toBe(knownKeys.get('PORT'));
    expect(imageEnvironment.get('HOST')).toBe('0.0.0.0');
    expect(millrace.ports?.map(containerPort)).toEqual(instructions('EXPOSE'));
  });

  it('sets no key that .env.example does not name', () => {
    const ours = [...imageEnvironment.keys()].filter((key) => !key.startsWith('NODE_'));
    expect(ours.filter((key) => !knownKeys.has(key))).toEqual([]);
  });

  it('gives Node the options that npm start gives it', () => {
    const [, options] = /SERVICE_NODE_OPTIONS = '(.+)'/.exec(
      read('stack/service/service-process.mjs'),
    )!;
    expect(instructions('ENV').join(' ').split(' ')).toContain(`NODE_OPTIONS=${options}`);
  });

  it('builds every stage on one pinned image of a Node that package.json allows', () => {
    const [image] = instructions('ARG');
    expect(image).toMatch(/^NODE_IMAGE=node:20(\.\d+)*-[a-z]+-slim$/);
    for (const stage of instructions('FROM')) expect(stage).toMatch(/^\$\{NODE_IMAGE\}/);
  });

  it('copies what exists and what .dockerignore lets in', () => {
    const sources = instructions('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    const admitted = read('.dockerignore').split('\n');
    expect(admitted).toContain('*');
    for (const source of sources) {
      expect(existsSync(join(PROJECT_FOLDER, source))).toBe(true);
      expect(admitted).toContain(`!${source}`);
    }
  });

  it('ends in an image without development packages, root or a shell between Docker and node', () => {
    const last = dockerfile.slice(dockerfile.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last).toContain('COPY --from=packages /app/node_modules ./node_modules');
    expect(instructions('RUN')).toContain('npm ci --omit=dev');
    expect(last).toContain('USER node');
    expect(last).toContain('CMD ["node", "dist/main.js"]');
  });

  it('asks the liveness path whether the container is healthy', () => {
    const [healthcheck] = instructions('HEALTHCHECK');
    const command = JSON.parse(healthcheck!.slice(healthcheck!.indexOf('['))) as string[];
    expect(command.slice(0, 2)).toEqual(['node', '-e']);
    expect(command[2]).toContain('/livez');
    expect(() => new Script(command[2]!)).not.toThrow();
  });
});
