import type { ObjectStore } from '../../../connections/object-storage/index.js';
import {
  Chain,
  chainFolder,
  fileNameOf,
  OffsetRanges,
  parseFileName,
  type ChainPlace,
  type ObjectName,
} from '../domain/index.js';
import { holdSameRecord } from '../translation/index.js';
import { anotherLog, unreadable } from './zone-alarm.js';
import { pack, unpack, type Line, type ObjectContent } from './zone-object.js';

/**
 * Lands the records of one partition and one day. What `land` was given stands in exactly one object each once it
 * resolves, whatever other writers do meanwhile and whatever was landed before. One call at a time.
 *
 * Two writers race for a name: both know that the chain ends at 9 and begin at 10. One creates `…10` with 10 to 30, the
 * other is told that the name exists, reads it, finds 10 to 30 of its own there and goes on behind them, also under the
 * next name that it then shares with the first. So the creation alone decides, and no writer has to know of another.
 *
 * That both begin at 10 is because what is before it was committed, and nothing is committed before it stands somewhere.
 * Where the two read different logs, because the topic was compacted in between, they may begin differently; the chain
 * is looked up again before each creation, which leaves them the time that one creation takes.
 */
export class DayChain {
  private readonly chain = new Chain();
  private readonly folder: string;
  private isOpen = false;
  /** The object that was read last: several records in a row are looked for in the same one. */
  private recent: { readonly fileName: string; readonly content: ObjectContent } | undefined;

  constructor(
    private readonly place: ChainPlace,
    private readonly store: ObjectStore,
  ) {
    this.folder = chainFolder(place);
  }

  /** `lines`: in ascending order of their offsets, none twice. */
  async land(lines: readonly Line[]): Promise<void> {
    await this.open();
    let rest = lines;
    while (rest.length > 0) {
      const landed = await this.advance(rest);
      rest = rest.slice(landed);
    }
    this.recent = undefined;
  }

  /** Lands one record that did not come in its order, in an object of its own unless it stands in one already. */
  async landSingle(line: Line): Promise<void> {
    await this.open();
    for (;;) {
      const step = this.chain.stepFor(line.offset);
      if (step.kind === 'read') await this.read(step.first);
      else if (step.kind !== 'contained') return this.createSingle(line);
      else {
        await this.compare([line], step.object);
        return;
      }
    }
  }

  /** Takes the first lines as far as one step goes, and says how many of them stand in an object now. */
  private async advance(rest: readonly Line[]): Promise<number> {
    const first = rest[0]!;
    const step = this.chain.stepFor(first.offset);
    switch (step.kind) {
      case 'read':
        await this.read(step.first);
        return 0;
      case 'contained':
        return this.compare(rest, step.object);
      case 'single':
        await this.createSingle(first);
        return 1;
      case 'open': {
        if (await this.hasGrown()) return 0;
        const { before = Infinity } = step;
        const behind = rest.findIndex(
          ({ offset }) => offset >= before || this.chain.hasSingle(offset),
        );
        return this.create(behind < 0 ? rest : rest.slice(0, behind));
      }
    }
  }

  private async create(lines: readonly Line[]): Promise<number> {
    const name: ObjectName = { kind: 'chain', first: lines[0]!.offset };
    const creation = await this.store.create(this.nameOf(name), await pack(lines));
    this.chain.note(name);
    if (creation === 'exists') return 0;
    this.chain.learn(name.first, OffsetRanges.of(lines.map(({ offset }) => offset)));
    return lines.length;
  }

  private async createSingle(line: Line): Promise<void> {
    const name: ObjectName = { kind: 'single', first: line.offset };
    const creation = await this.store.create(this.nameOf(name), await pack([line]));
    this.chain.note(name);
    if (creation === 'exists') await this.compare([line], name);
  }

  /** How many of the first lines the object holds. Rejects when it holds another record at one of their offsets. */
  private async compare(lines: readonly Line[], object: ObjectName): Promise<number> {
    const content = await this.contentOf(object);
    let count = 0;
    for (const { offset, bytes } of lines) {
      const landed = content.lines.get(offset);
      if (landed === undefined) break;
      if (!holdSameRecord(landed, bytes)) throw anotherLog(this.place, this.nameOf(object));
      count += 1;
    }
    // It was there a moment ago: what is not there now was taken away by hand.
    if (count === 0) throw unreadable(this.nameOf(object), undefined);
    return count;
  }

  private async read(first: number): Promise<void> {
    const { offsets } = await this.contentOf({ kind: 'chain', first });
    this.chain.learn(first, offsets);
  }

  private async contentOf(object: ObjectName): Promise<ObjectContent> {
    const name = this.nameOf(object);
    if (this.recent?.fileName === name) return this.recent.content;
    const packed = await this.store.read(name);
    if (packed === undefined) throw unreadable(name, undefined);
    const content = await unpack(packed).catch((error: unknown) => {
      throw unreadable(name, error);
    });
    this.recent = { fileName: name, content };
    return content;
  }

  /** Looks up what is there, once; afterwards only what was added behind it. */
  private async open(): Promise<void> {
    if (this.isOpen) return;
    await this.store.sweep(this.folder);
    await this.lookUp();
    this.isOpen = true;
  }

  private async hasGrown(): Promise<boolean> {
    const { lastFirst } = this.chain;
    await this.lookUp(lastFirst);
    return this.chain.lastFirst !== lastFirst;
  }

  private async lookUp(behind?: number): Promise<void> {
    const after =
      behind === undefined ? undefined : fileNameOf(this.place, { kind: 'chain', first: behind });
    for (const fileName of await this.store.list(this.folder, after)) {
      const name = parseFileName(this.place, fileName);
      if (name !== undefined) this.chain.note(name);
    }
  }

  private nameOf(object: ObjectName): string {
    return `${this.folder}/${fileNameOf(this.place, object)}`;
  }
}
