import { Module } from '@nestjs/common';
import { ObjectStorageModule } from '../../connections/object-storage/index.js';
import { KafkaLogReader, LogReader, RawZoneLanding } from './landing/index.js';
import { RAW_ZONE_KEYS, rawZoneConsumer } from './raw-zone.config.js';
import { RawZoneController } from './raw-zone.controller.js';

@Module({
  imports: [ObjectStorageModule.forConsumer(rawZoneConsumer.name, RAW_ZONE_KEYS.url.key)],
  controllers: [RawZoneController],
  providers: [RawZoneLanding, { provide: LogReader, useClass: KafkaLogReader }],
})
export class RawZoneModule {}
