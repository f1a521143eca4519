import { Module } from '@nestjs/common';
import { PostgresConnections, PostgresModule } from '../../dist/connections/postgres/index.js';
import { Batch, ConsumerGroup } from '../../dist/kafka/index.js';
import { benchController } from './bench-controller.mjs';
import { readTask } from './contract.mjs';
import { Ledger } from './ledger.mjs';
import { runService, settled } from './service.mjs';

/**
 * The service with one consumer that keeps each record as a row: claims and rows of 50 records commit in one transaction.
 * The measured loop ends when every record is settled. A repeat that was handled would break the primary key.
 */
const BATCH = { maxRecords: 50 };
const EFFECTS = {
  id: 'bench/001-effects',
  sql: `CREATE TABLE bench_effects (
    run text NOT NULL, id bigint NOT NULL, customer text NOT NULL, total numeric NOT NULL,
    PRIMARY KEY (run, id)
  )`,
};

const task = readTask();
const ledger = new Ledger(task, { endsWithHandlers: false });
let database;

async function store(orders) {
  ledger.begin();
  const columns = [
    orders.map(({ id }) => id),
    orders.map(({ customerId }) => customerId),
    orders.map(({ total }) => total),
  ];
  await database.query(
    `INSERT INTO bench_effects
     SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::numeric[])`,
    [task.group, ...columns],
  );
  for (const order of orders) {
    ledger.started(order);
    ledger.ended(order);
  }
}

async function everyEffectOnce() {
  const sql = 'SELECT count(*)::int AS rows FROM bench_effects WHERE run = $1';
  const [{ rows }] = await database.query(sql, [task.group]);
  if (rows !== task.total) throw new Error(`${rows} rows of ${task.total}`);
}

const BenchController = benchController(task.topic, store, Batch(BATCH));
ConsumerGroup('bench', { ordering: 'none' })(BenchController);
class BenchModule {}
Module({
  imports: [PostgresModule.forConsumer('bench', [EFFECTS])],
  controllers: [BenchController],
})(BenchModule);

await runService(task, {
  ledger,
  module: BenchModule,
  controller: BenchController,
  started: (application) => {
    database = application.get(PostgresConnections, { strict: false }).for('bench');
    void settled(application, task.total + task.repeats).then(() => ledger.end());
  },
  finished: everyEffectOnce,
  more: BATCH,
  order: 'none',
});
