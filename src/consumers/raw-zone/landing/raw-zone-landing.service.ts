import { Injectable } from '@nestjs/common';
import { Settings } from '../../../config/index.js';
import { ObjectStore } from '../../../connections/object-storage/index.js';
import {
  partitionName,
  sizeOf,
  type KafkaRecord,
  type RecordHeader,
  type RecordOrigin,
} from '../../../record/index.js';
import { rawZoneSettings } from '../raw-zone.settings.js';
import { dayOf, type LogPlace, type RotationLimits } from '../domain/index.js';
import { encodeLine } from '../translation/index.js';
import { DayChain } from './day-chain.js';
import { landingLimits, type LandingLimits } from './landing-limits.policy.js';
import { LogReader, LogWitness } from './log-witness.js';
import { PartitionLanding } from './partition-landing.js';

/** A record as it is to stand in the zone. */
export interface Landing {
  readonly record: KafkaRecord;
  readonly origin: RecordOrigin;
  /** Its own, without what a retry or a redrive added. */
  readonly headers: readonly RecordHeader[];
  readonly assignmentEpoch: number;
}

/** How much is gathered between two looks at all partitions together. */
const LOOK_EVERY_BYTES = 128 * 1024;

interface Assigned {
  readonly epoch: number;
  readonly landing: PartitionLanding;
}

/**
 * Lands records of any partitions. A promise resolves when the record stands in exactly one object and that object is
 * durable. Limit: two writers of one partition at once that do not read the same log, because it was compacted between
 * them or because they require other headers, may within the time of one creation land a record twice.
 */
@Injectable()
export class RawZoneLanding {
  private readonly partitions = new Map<string, Assigned>();
  private readonly witness: LogWitness;
  private readonly rotation: RotationLimits;
  private readonly limits: LandingLimits;
  private sinceLook = 0;

  constructor(
    private readonly store: ObjectStore,
    log: LogReader,
    settings: Settings,
  ) {
    const { rotation, partitionWindow } = rawZoneSettings(settings);
    const { maxBufferedRecords: records, maxBufferedBytes: bytes } = settings.kafka;
    const consumers = [...settings.consumers.values()].filter(({ enabled }) => enabled).length;
    this.witness = new LogWitness(store, log);
    this.rotation = rotation;
    this.limits = landingLimits({ records, bytes, consumers, partitionWindow });
  }

  async land({ record, origin, headers, assignmentEpoch }: Landing): Promise<void> {
    const { topic, partition, offset, timestamp } = origin;
    const { key, value } = record;
    const bytes = encodeLine({ topic, partition, offset, timestamp, key, value, headers });
    const day = dayOf(timestamp);
    if (record.topic !== topic) {
      return new DayChain({ topic, partition, day }, this.store).landSingle({ offset, bytes });
    }
    const landing = this.landingOf({ topic, partition }, assignmentEpoch);
    const cost = sizeOf(record);
    const landed = landing.land({ offset, bytes, day, cost });
    this.sinceLook += cost;
    if (this.sinceLook >= Math.min(LOOK_EVERY_BYTES, this.limits.total.bytes)) this.keepRoom();
    return landed;
  }

  /** Lands what is gathered of those partitions; resolves when that has ended, well or not. */
  async flush(places: readonly LogPlace[]): Promise<void> {
    const assigned = places.flatMap((place) => this.partitions.get(partitionName(place)) ?? []);
    await Promise.all(assigned.map(({ landing }) => landing.flush()));
  }

  private landingOf(place: LogPlace, epoch: number): PartitionLanding {
    const name = partitionName(place);
    const known = this.partitions.get(name);
    if (known?.epoch === epoch) return known.landing;
    const { store, witness, rotation } = this;
    const limits = this.limits.partition;
    const after = known?.landing.flush();
    const landing = new PartitionLanding({ place, store, witness, rotation, limits, after });
    this.partitions.set(name, { epoch, landing });
    return landing;
  }

  /** Many partitions that gather a little each fill the buffer too: the fullest one gives way. */
  private keepRoom(): void {
    this.sinceLook = 0;
    const { records, bytes } = this.limits.total;
    let total = { records: 0, bytes: 0 };
    let fullest: PartitionLanding | undefined;
    for (const { landing } of this.partitions.values()) {
      const { gathered } = landing;
      total = { records: total.records + gathered.records, bytes: total.bytes + gathered.bytes };
      if (gathered.bytes > (fullest?.gathered.bytes ?? 0)) fullest = landing;
    }
    if (total.records >= records || total.bytes >= bytes) void fullest?.flush();
  }
}
