import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AnalyticsServer } from '../analytics/index.mjs';
import { coordinatorsReady, KafkaBroker } from '../kafka/index.mjs';
import { PostgresServer } from '../postgres/index.mjs';
import { say, step } from '../progress.mjs';
import { findRedisProgram, RedisServer } from '../redis/index.mjs';
import { withFileLock } from '../system/file-lock.mjs';
import { portIsFree } from '../system/ports.mjs';
import { identityOf, isStill } from '../system/processes.mjs';
import { waitUntil } from '../system/wait-until.mjs';
import { dataFolderOf } from './data-folder.mjs';
import { changeState, readState } from './state.mjs';

/**
 * Kafka, PostgreSQL and the analytics stand-in of one home folder, and Redis when it is asked for and can be had. Running ones are used again,
 * dead ones started again on their data. They stop when their last user closes them, unless `up` asked to keep them. A
 * user that was killed counts for nothing.
 */
export class EmbeddedStores {
  /**
   * @param {{ home: string, tell?: import('../progress.mjs').Say, signal?: AbortSignal, durable?: boolean }} options
   */
  constructor({ home, tell = say, signal, durable = true }) {
    this.home = home;
    this.tell = tell;
    this.signal = signal;
    this.durable = durable;
  }

  /**
   * @param {{ keep?: boolean, redis?: boolean }} [options] `keep`: they stay until `down`, and this process is no user
   *   of them. `redis`: with Redis; where there is no program for it, `redisReason` says so.
   */
  async open({ keep = false, redis = false } = {}) {
    const program = redis ? await findRedisProgram(this.tell) : {};
    this.redisReason = program.reason;
    if (program.reason !== undefined) this.tell(`without Redis: ${program.reason}`);
    await this.alone(async () => {
      this.locate();
      if (keep) await changeState(this.home, (state) => ({ ...state, keep: true }));
      else await this.changeUsers((users) => [...users, identityOf(process.pid)]);
      const stores = [
        this.bringUp('Apache Kafka', this.kafka),
        this.bringUp('PostgreSQL', this.postgres),
        this.bringUp('the analytics stand-in', this.analytics),
      ];
      if (program.program !== undefined) stores.push(this.bringUp('Redis', this.redis));
      const results = await Promise.race([
        Promise.allSettled(stores),
        rejectedWhenAborted(this.signal),
      ]);
      await this.remember();
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    }, this.signal);
    return this;
  }

  /** Gives up our use; stops the stores when nobody else uses them. */
  async close() {
    await this.alone(async () => {
      this.locate();
      const state = await this.changeUsers((users) =>
        users.filter((user) => user.pid !== process.pid),
      );
      if (state.keep || state.users.length > 0) return;
      await Promise.all(this.all.map((store) => store.stop()));
    });
  }

  /** Ends them as a crash would, unless somebody else uses them. Their data survives that. */
  async closeAtOnce() {
    this.locate();
    const { keep, users = [] } = readState(this.home);
    if (keep || users.some((user) => user.pid !== process.pid && isStill(user))) return;
    await Promise.all(this.all.map((store) => store.findProcess() && store.kill()));
  }

  /** Takes back `up`. Returns the launchers that still use the stores; they stop them at their end. */
  async release() {
    const state = await changeState(this.home, (before) => ({ ...before, keep: false }));
    await this.close();
    return (state.users ?? []).filter(isStill);
  }

  /** What answers right now. */
  async addresses() {
    this.locate();
    const [kafka, postgres, redis, analytics] = await Promise.all(
      this.all.map((store) => store.isRunning()),
    );
    return {
      kafka: kafka ? this.kafka.address : null,
      postgres: postgres ? this.postgres.url : null,
      redis: redis ? this.redis.url : null,
      analyticsApi: analytics ? this.analytics.url : null,
      rawZone: kafka ? pathToFileURL(join(this.dataFolder, 'raw-zone')).href : null,
    };
  }

  get all() {
    return [this.kafka, this.postgres, this.redis, this.analytics];
  }

  locate() {
    if (this.dataFolder !== undefined) return;
    const { kafka, postgres, redis, analytics } = readState(this.home);
    this.dataFolder = dataFolderOf(this.home, this.tell);
    const shared = { tell: this.tell, signal: this.signal };
    const folder = (name) => join(this.dataFolder, name);
    this.kafka = new KafkaBroker({
      ...shared,
      folder: folder('kafka'),
      port: kafka?.port,
      controllerPort: kafka?.controllerPort,
    });
    this.postgres = new PostgresServer({
      ...shared,
      folder: folder('postgres'),
      port: postgres?.port,
      durable: this.durable,
    });
    this.redis = new RedisServer({
      ...shared,
      folder: folder('redis'),
      port: redis?.port,
      durable: this.durable,
    });
    this.analytics = new AnalyticsServer({
      ...shared,
      folder: folder('analytics'),
      port: analytics?.port,
    });
  }

  async bringUp(name, store) {
    if (await store.isRunning()) {
      if (store === this.kafka) await this.untilGroupsCanJoin();
      this.tell(`${name} is running already (process ${store.pid})`);
      return;
    }
    // A port that somebody else took meanwhile is given up.
    if (store.port !== undefined && !(await portIsFree(store.port))) store.port = undefined;
    if (store.controllerPort !== undefined && !(await portIsFree(store.controllerPort)))
      store.controllerPort = undefined;
    await step(`starting ${name}`, () => store.start(), { tell: this.tell });
  }

  untilGroupsCanJoin() {
    return waitUntil(() => coordinatorsReady(this.kafka.port), {
      what: 'group coordinators to load',
    });
  }

  remember() {
    const { kafka, postgres, redis, analytics, dataFolder } = this;
    return changeState(this.home, (state) => ({
      ...state,
      dataFolder,
      kafka: {
        port: kafka.port,
        controllerPort: kafka.controllerPort,
        pid: kafka.pid,
        clusterId: kafka.clusterId,
      },
      postgres: { port: postgres.port, pid: postgres.pid },
      redis: { port: redis.port, pid: redis.pid },
      analytics: { port: analytics.port, pid: analytics.pid },
    }));
  }

  changeUsers(change) {
    return changeState(this.home, (state) => ({
      ...state,
      users: change((state.users ?? []).filter(isStill)),
    }));
  }

  /** One command at a time starts and stops the stores of a home folder. */
  alone(work, signal) {
    mkdirSync(this.home, { recursive: true });
    const waiting = (holder) =>
      this.tell(`waiting for process ${holder}, which starts or stops the stores …`);
    return withFileLock(join(this.home, 'stores.lock'), work, { waiting, signal });
  }
}

/** Lets a download or a slow start be left at once; a store that is not spawned yet sees the same signal itself. */
function rejectedWhenAborted(signal) {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
