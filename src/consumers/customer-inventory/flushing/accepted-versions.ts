import {
  nameOf,
  type Accepted,
  type Assembly,
  type Entity,
  type MergeMessage,
  type Place,
} from '../domain/index.js';
import { RecentEntries, type RecentLimits } from './recent-entries.js';

/** Whether nobody else sends to the API what this process sends. */
export abstract class Tenure {
  /** The same number for as long as that was never otherwise; undefined while it is not so. */
  abstract current(): number | undefined;
}

/**
 * What the API accepted last for each of the most recent entities.
 *
 * Its content is known only while this process alone reads all partitions, and what is about to be sent is forgotten, so
 * that nothing is taken for known that may have been replaced: to forget costs a repeated version, to remember wrongly
 * would cost a change. That a record was overtaken by a later one of its partition stays true whoever sends what.
 */
export class AcceptedVersions implements Accepted {
  private readonly contents: RecentEntries<string>;
  private readonly places: RecentEntries<Place>;
  private known: number | undefined;

  constructor(
    private readonly tenures: Tenure,
    limits: RecentLimits,
  ) {
    const { size, now } = limits;
    this.contents = new RecentEntries(limits);
    this.places = new RecentEntries({ size, now });
  }

  /** That of the last look. */
  get tenure(): number | undefined {
    return this.known;
  }

  /** Forgets contents if others may have sent something. Before each assembly. */
  look(): void {
    const tenure = this.tenures.current();
    if (tenure !== undefined && tenure === this.known) return;
    this.contents.clear();
    this.known = tenure;
  }

  contentOf(entity: Entity): string | undefined {
    return this.contents.get(nameOf(entity));
  }

  /** Offsets of a topic that was made anew begin again; then the timestamps tell. */
  isOvertaken(entity: Entity, place: Place): boolean {
    const accepted = this.places.get(nameIn(entity, place));
    return (
      accepted !== undefined &&
      place.offset < accepted.offset &&
      place.timestamp <= accepted.timestamp
    );
  }

  forget(versions: readonly Entity[]): void {
    for (const version of versions) this.contents.delete(nameOf(version));
  }

  /** An event was accepted, that was made in that tenure. */
  remember(
    { carried, repeats, versions }: Assembly<MergeMessage>,
    tenure: number | undefined,
  ): void {
    this.heard([...carried, ...repeats]);
    this.look();
    if (this.known === undefined || this.known !== tenure) return;
    for (const version of versions) this.contents.set(nameOf(version), version.content);
  }

  /** The messages have come to a good end. */
  heard(messages: readonly MergeMessage[]): void {
    for (const { entities, place } of messages) {
      for (const entity of entities) {
        if (!this.isOvertaken(entity, place)) this.places.set(nameIn(entity, place), place);
      }
    }
  }
}

function nameIn(entity: Entity, { topic, partition }: Place): string {
  return `${topic}/${partition} ${nameOf(entity)}`;
}
