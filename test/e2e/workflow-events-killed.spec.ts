import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import { ServiceProcess } from '../support/service-process.js';
import { sharedBroker, TestKafka, uniqueName } from '../support/test-kafka.js';
import { workflowRecord } from '../support/workflow-events.js';

const MAIN = fileURLToPath(new URL('../fixtures/workflow-callbacks/main.mjs', import.meta.url));

describe('a process that is killed between two callbacks of an event', () => {
  const topic = uniqueName('workflow-killed');
  const group = `${topic}-group`;
  const folder = mkdtempSync(join(tmpdir(), 'workflow-killed-'));
  const services: ServiceProcess[] = [];
  let kafka: TestKafka;
  let database: FreshDatabase;

  const start = async (more: Record<string, string> = {}): Promise<ServiceProcess> => {
    const service = await ServiceProcess.listening(
      {
        KAFKA_BROKERS: sharedBroker(),
        KAFKA_SESSION_TIMEOUT: '6s',
        KAFKA_COMMIT_INTERVAL: '200ms',
        KAFKA_AUTO_CREATE_TOPICS: 'true',
        LOG_LEVEL: 'error',
        DATABASE_URL: database.url,
        WORKFLOW_EVENTS_TOPIC: topic,
        WORKFLOW_EVENTS_GROUP_ID: group,
        CALL_LOG: join(folder, 'calls'),
        ...more,
      },
      MAIN,
    );
    services.push(service);
    return service;
  };
  const calls = (): string[] =>
    readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n').sort();

  beforeAll(async () => {
    [kafka, database] = await Promise.all([TestKafka.connect(), freshDatabase()]);
    await database.query('CREATE TABLE effects (callback text, event_id text)');
    await kafka.createTopic(topic, 1);
    const event = { id: 'e-1', type: 'workflow.started', run: 'r-1', at: 0 };
    await kafka.publish(topic, [workflowRecord(event, 'k')]);
  });

  afterAll(async () => {
    for (const service of services) await service.end();
    await kafka.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  it('leaves the event, its run and the callback that was done, and commits nothing past it', async () => {
    const killed = await start({ KILL: 'yes' });
    expect(await killed.exit()).toBe('SIGKILL');
    expect(calls()).toEqual(['first e-1', 'second e-1']);
    expect((await kafka.committed(group, topic)).get(0) ?? 0).toBe(0);
    expect(await database.query('SELECT state FROM workflow_runs')).toEqual([{ state: 'running' }]);
    expect(await database.query('SELECT callback FROM effects')).toEqual([{ callback: 'first' }]);
  });

  it('has the other callback called by the next process, and the one that was done not again', async () => {
    await start();
    await kafka.allCommitted(group, topic);
    expect(calls()).toEqual(['first e-1', 'second e-1', 'second e-1']);
    expect(await database.query('SELECT callback, event_id FROM effects ORDER BY 1')).toEqual([
      { callback: 'first', event_id: 'e-1' },
      { callback: 'second', event_id: 'e-1' },
    ]);
    const marks = await database.query('SELECT callback, state FROM workflow_callbacks ORDER BY 1');
    expect(marks).toEqual([
      { callback: 'first', state: 'done' },
      { callback: 'second', state: 'done' },
    ]);
  });
});
