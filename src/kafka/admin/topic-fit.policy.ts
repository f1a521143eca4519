/** What a topic has to be, or what it is. Settings are Kafka's own. */
export interface TopicShape {
  readonly partitions: number;
  readonly settings: ReadonlyMap<string, string>;
}

/** Kafka's way to say "without limit" for the settings that are compared as numbers. */
const UNLIMITED = -1;

/**
 * What does not fit, one line each, with what to change. A topic may always have more: more partitions, a longer
 * retention, a larger limit.
 */
export function faultsOf(wanted: TopicShape, found: TopicShape): string[] {
  const faults: string[] = [];
  if (found.partitions < wanted.partitions) {
    faults.push(
      `has ${found.partitions} partitions and its source ${wanted.partitions}: add partitions`,
    );
  }
  for (const [name, value] of wanted.settings) {
    const has = found.settings.get(name) ?? '';
    if (!isEnough(value, has)) faults.push(`${name} is ${has || 'not known'}: set it to ${value}`);
  }
  return faults;
}

function isEnough(wanted: string, has: string): boolean {
  const number = Number(wanted);
  if (Number.isNaN(number)) return has.split(',').includes(wanted);
  return has !== '' && (Number(has) === UNLIMITED || Number(has) >= number);
}
