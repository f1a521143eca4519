import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { SettingsModule } from '../../src/config/index.js';
import {
  PostgresConnections,
  PostgresConnectionsModule,
} from '../../src/connections/postgres/index.js';
import { IdempotencyInterceptor, IdempotencyModule } from '../../src/idempotency/index.js';
import { OrdersModule } from '../../src/consumers/orders/orders.module.js';
import { OrdersController } from '../../src/consumers/orders/orders.controller.js';
import { OrderPlaced } from '../../src/consumers/orders/contract/index.js';
import { RecordContext } from '../../src/kafka/index.js';
import { plainToInstance } from 'class-transformer';
import { outcomeOf } from '../../src/record/index.js';
import { freshDatabase, storeSettings } from '../support/fresh-database.js';
import { deliveryOf } from '../support/deliveries.js';
import { validateSync } from 'class-validator';

it('adhoc', async () => {
  const db = await freshDatabase();
  const settings = {
    ...storeSettings(db.url, { poolSize: 10 }),
    kafka: {},
    http: {},
    log: {},
  } as never;
  @Module({
    imports: [
      SettingsModule.forRoot(settings),
      PostgresConnectionsModule,
      IdempotencyModule,
      OrdersModule,
    ],
  })
  class Root {}
  const app = await NestFactory.createApplicationContext(Root, { logger: false });
  const connections = app.get(PostgresConnections);
  expect(connections.pings().map((p) => p.consumer)).toEqual(['orders']);
  const interceptor = app.get(IdempotencyInterceptor);
  const controller = app.get(OrdersController, { strict: false });
  const handler = {
    ...deliveryOf().handler,
    controller: OrdersController,
    method: OrdersController.prototype.handle,
  } as never;
  const step = interceptor.stepFor(handler)!;
  console.log('unmet', await connections.unmet('orders'));
  console.log(await db.query('select id from millrace_migrations order by 1'));
  const N = 6000;
  const run = async (from: number) => {
    let next = from;
    const kinds: Record<string, number> = {};
    const started = performance.now();
    const cpu = process.cpuUsage();
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (next < from + N) {
          const n = next++;
          const raw = {
            order_id: `o-${n}`,
            created_at: '2026-01-31T12:00:00Z',
            customer_name: 'x',
            total_price: '23.50',
            line_items: [
              { product_id: 'a', product_title: 't', quantity: 2, unit_price: '10.00' },
              { product_id: 'b', product_title: 't', quantity: 1, unit_price: 3.5 },
            ],
          };
          const delivery = deliveryOf({
            record: { offset: n, value: Buffer.from(JSON.stringify(raw)) },
            handler,
            value: raw,
          });
          const outcome = await step(delivery, async () =>
            outcomeOf(
              await controller.handle(
                plainToInstance(OrderPlaced, raw),
                new RecordContext(delivery),
              ),
            ),
          );
          kinds[outcome.kind] = (kinds[outcome.kind] ?? 0) + 1;
        }
      }),
    );
    const ms = performance.now() - started;
    const used = process.cpuUsage(cpu);
    console.log(
      kinds,
      Math.round((N / ms) * 1000),
      'orders/s',
      Math.round((used.user + used.system) / N),
      'us cpu per order',
    );
  };
  await run(0);
  await run(0);
  await run(N);
  // big
  const lines = Array.from({ length: 45_000 }, () => ({
    product_id: 'p-123456',
    product_title: 'Some product title of usual length',
    quantity: 1,
    unit_price: '0.10',
  }));
  const raw = {
    order_id: 'big',
    created_at: '2026-01-31T12:00:00Z',
    customer_name: 'x',
    total_price: '4500.00',
    line_items: lines,
  };
  console.log('bytes', JSON.stringify(raw).length);
  let t = performance.now();
  const event = plainToInstance(OrderPlaced, raw);
  console.log('transform', performance.now() - t);
  t = performance.now();
  console.log(validateSync(event, { whitelist: true }).length, 'validate', performance.now() - t);
  t = performance.now();
  await controller.handle(event, new RecordContext(deliveryOf()));
  console.log('store', performance.now() - t);
  await connections.close();
  await app.close();
  await db.drop();
}, 120_000);
