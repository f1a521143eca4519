import type { ConfigKey, Settings } from '../../config/index.js';
import type { StorageAddress } from '../../connections/object-storage/index.js';
import type { RotationLimits } from './domain/index.js';
import type { Dataset } from './datasets.js';
import { RAW_ZONE_KEYS, rawZoneConsumer } from './raw-zone.config.js';

const DEFAULT_PARTITION_WINDOW = 10_000;

/** What the environment says for this consumer. */
export interface RawZoneSettings {
  readonly store: StorageAddress;
  /** With the topics that they are read from, also where those were given in place of their own. */
  readonly datasets: readonly Dataset[];
  readonly rotation: RotationLimits;
  readonly partitionWindow: number;
}

export function rawZoneSettings(settings: Settings): RawZoneSettings {
  const { own, topics, partitionWindow } = settings.consumers.get(rawZoneConsumer.name)!;
  const valueOf = <Value>({ key }: ConfigKey<Value>): Value => own[key] as Value;
  const datasets = valueOf(RAW_ZONE_KEYS.datasets) ?? [];
  return {
    // Required: without it nothing starts.
    store: valueOf(RAW_ZONE_KEYS.url)!,
    datasets: datasets.map((dataset, index) => ({
      ...dataset,
      topic: topics?.[index] ?? dataset.topic,
    })),
    rotation: {
      records: valueOf(RAW_ZONE_KEYS.rotateRecords),
      bytes: valueOf(RAW_ZONE_KEYS.rotateBytes),
      intervalMs: valueOf(RAW_ZONE_KEYS.rotateIntervalMs),
    },
    partitionWindow: partitionWindow ?? DEFAULT_PARTITION_WINDOW,
  };
}
