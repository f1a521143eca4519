import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { discoverConsumers, type DiscoveredConsumer } from '../../src/discover-consumers.js';

/** A line as an object holds it. */
export interface LandedLine {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly keyEncoding: 'utf8' | 'base64' | null;
  readonly value: string | null;
  readonly valueEncoding: 'utf8' | 'base64' | null;
  readonly headers: readonly (readonly [string, string | null, 'utf8' | 'base64' | null])[];
}

/** An object, read with nothing of the service. */
export interface LandedObject {
  /** Its path within the zone. */
  readonly name: string;
  readonly lines: readonly LandedLine[];
}

/** A raw zone of a spec's own, in a folder. */
export class TestZone {
  private readonly parent = mkdtempSync(join(tmpdir(), 'millrace-zone-'));
  readonly folder = join(this.parent, 'zone');
  readonly url = pathToFileURL(this.folder).href;

  objects(): LandedObject[] {
    return this.files()
      .filter((name) => name.endsWith('.ndjson.gz'))
      .map((name) => {
        const text = gunzipSync(readFileSync(join(this.folder, name))).toString();
        const lines = text.split('\n').slice(0, -1);
        return { name, lines: lines.map((line) => JSON.parse(line) as LandedLine) };
      });
  }

  /** Every line of every object, in the order of partitions and offsets. */
  lines(): LandedLine[] {
    return this.objects()
      .flatMap(({ lines }) => lines)
      .sort((left, right) => left.partition - right.partition || left.offset - right.offset);
  }

  /** Every file, finished or not. */
  files(): string[] {
    try {
      return readdirSync(this.folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
        .sort();
    } catch {
      // Nothing was landed yet.
      return [];
    }
  }

  remove(): void {
    rmSync(this.parent, { recursive: true, force: true });
  }
}

/** The bytes that a text and its encoding stand for. */
export function bytesOf(text: string | null, encoding: 'utf8' | 'base64' | null): Buffer | null {
  return text === null ? null : Buffer.from(text, encoding!);
}

export async function rawZoneConsumer(): Promise<DiscoveredConsumer[]> {
  const found = await discoverConsumers([new URL('../../src/consumers/', import.meta.url)]);
  return found.filter(({ declaration }) => declaration.name === 'raw-zone');
}
