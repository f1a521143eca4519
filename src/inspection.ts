import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import type { Settings } from './config/index.js';
import type { DiscoveredConsumer } from './discover-consumers.js';
import { AdminClient, HandlerDiscovery } from './kafka/index.js';
import { createLogger, PinoNestLogger } from './observability/index.js';
import type { HandlerDescription } from './record/index.js';

/** The service's parts without the service: nothing is bound, joined, migrated or listened on. */
export interface Inspection {
  readonly handlers: readonly HandlerDescription[];
  get<Provider>(type: abstract new (...parameters: never[]) => Provider): Provider;
  close(): Promise<void>;
}

/** Wires the application for commands that look at it. What it logs goes to standard error, and only what went wrong. */
export async function createInspection(
  consumers: readonly DiscoveredConsumer[],
  settings: Settings,
): Promise<Inspection> {
  const toStandardError = { write: (line: string) => void process.stderr.write(line) };
  const level = ['debug', 'trace'].includes(settings.log.level) ? settings.log.level : 'error';
  const logger = createLogger({ ...settings.log, level }, toStandardError);
  // Not initialised: constructors open no connection, and no lifecycle hook runs.
  const application: INestApplication = await NestFactory.create(
    AppModule.with({ consumers, settings, logger }),
    { logger: new PinoNestLogger(logger), abortOnError: false },
  );
  return {
    handlers: application.get(HandlerDiscovery).describe(),
    get: (type) => application.get(type as never, { strict: false }),
    close: () => application.get(AdminClient).stop(),
  };
}
