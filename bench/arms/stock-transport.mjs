import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
import { benchController } from './bench-controller.mjs';
import { readTask, runToEnd, SESSION, STOCK_FETCH } from './contract.mjs';
import { handlingOf } from './handling.mjs';
import { Ledger } from './ledger.mjs';

/**
 * Nest's own Kafka transport with that many partitions at once.
 * @param {string} arm
 * @param {number | undefined} concurrentPartitions undefined: Nest's default, one
 */
export async function runOnStockTransport(arm, concurrentPartitions) {
  const task = readTask();
  const ledger = new Ledger(task);
  class BenchModule {}
  Module({ controllers: [benchController(task.topic, handlingOf(ledger, task.workMs))] })(
    BenchModule,
  );
  const run =
    concurrentPartitions === undefined
      ? {}
      : { run: { partitionsConsumedConcurrently: concurrentPartitions } };
  const start = async () => {
    const application = await NestFactory.createMicroservice(BenchModule, {
      transport: Transport.KAFKA,
      options: {
        client: { clientId: 'bench', brokers: task.brokers },
        consumer: { groupId: task.group, ...SESSION, ...STOCK_FETCH },
        subscribe: { fromBeginning: true },
        // So that the group's offsets can be checked by the name it was given.
        postfixId: '',
        ...run,
      },
    });
    await application.listen();
    return { stop: () => application.close() };
  };
  const concurrency = concurrentPartitions ?? 1;
  const settings = { concurrency, ...STOCK_FETCH, ...SESSION, commit: 'after each batch' };
  await runToEnd({ arm, order: 'partition', ledger, settings, start });
}
