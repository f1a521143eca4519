import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import type { Settings } from './config/index.js';
import type { DiscoveredConsumer } from './discover-consumers.js';
import { HandlerDiscovery, KafkaStrategy } from './kafka/index.js';
import { createLogger, PinoNestLogger } from './observability/index.js';
import { Shutdown } from './shutdown.js';

export interface ServiceOptions {
  readonly consumers: readonly DiscoveredConsumer[];
  readonly settings: Settings;
  /** What the configuration found odd; logged once. */
  readonly warnings?: readonly string[];
  /** The application's own global filters, guards and interceptors go here: before the handlers are bound. */
  readonly configure?: (application: INestApplication) => void;
}

/** A running service. */
export interface Service {
  readonly application: INestApplication;
  /** Where HTTP answers, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Drains, commits, leaves the groups, closes everything. True when nothing was left unfinished. */
  stop(): Promise<boolean>;
}

/**
 * Creates the application, binds the handlers and starts consuming in the background. Resolves when HTTP answers, also
 * while Kafka or a store is down: that shows in `/readyz`.
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  const { consumers, settings, configure } = options;
  const logger = createLogger(settings.log);
  const nestLogger = new PinoNestLogger(logger);
  for (const warning of options.warnings ?? []) nestLogger.warn(warning, 'configuration');
  const application = await NestFactory.create(AppModule.with({ consumers, settings, logger }), {
    logger: nestLogger,
    abortOnError: false,
    forceCloseConnections: true,
  });
  configure?.(application);
  application.get(HandlerDiscovery).run();
  application.connectMicroservice(
    { strategy: application.get(KafkaStrategy) },
    { inheritAppConfig: true },
  );
  await application.init();
  await application.startAllMicroservices();
  await application.listen(settings.http.port, settings.http.host);
  return {
    application,
    url: await application.getUrl(),
    stop: async () => {
      await application.close();
      return application.get(Shutdown).isComplete;
    },
  };
}
