import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Settings } from '../config/index.js';
import { createLogger, LOGGER } from './logger.js';
import { LoggingRecordObserver } from './logging-record-observer.js';
import { ConsumerMetrics, CountingRecordObserver } from './metrics/index.js';
import { PinoNestLogger } from './pino-nest-logger.js';
import { RecordObserver } from './record-observer.js';
import { RecordObservers } from './record-observers.js';
import { StrayRejections } from './stray-rejections.js';

/** Gives every module the one logger, as pino's own (token `LOGGER`) and as Nest's, and the observer of records. */
@Module({})
export class ObservabilityModule {
  /** `logger` is the one that start-up has made already, if it has. */
  static forRoot(settings: Settings, logger: Logger = createLogger(settings.log)): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      providers: [
        { provide: LOGGER, useValue: logger },
        PinoNestLogger,
        LoggingRecordObserver,
        ConsumerMetrics,
        CountingRecordObserver,
        {
          provide: RecordObserver,
          inject: [LoggingRecordObserver, CountingRecordObserver],
          useFactory: (...observers: RecordObserver[]) => new RecordObservers(observers),
        },
        StrayRejections,
      ],
      exports: [
        LOGGER,
        PinoNestLogger,
        RecordObserver,
        ConsumerMetrics,
        CountingRecordObserver,
        StrayRejections,
      ],
    };
  }
}
