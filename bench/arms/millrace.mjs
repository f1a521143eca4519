import { Module } from '@nestjs/common';
import { benchController } from './bench-controller.mjs';
import { readTask } from './contract.mjs';
import { handlingOf } from './handling.mjs';
import { Ledger } from './ledger.mjs';
import { runService, settled } from './service.mjs';

/** The compiled service with one plain consumer. */
const task = readTask();
const ledger = new Ledger(task);
const BenchController = benchController(task.topic, handlingOf(ledger, task.workMs));
class BenchModule {}
Module({ controllers: [BenchController] })(BenchModule);

await runService(task, {
  ledger,
  module: BenchModule,
  controller: BenchController,
  // Repeats are settled without the handler: the ledger does not see the last of them.
  finished: async (application) => {
    if (task.repeats > 0) await settled(application, task.total + task.repeats);
  },
});
