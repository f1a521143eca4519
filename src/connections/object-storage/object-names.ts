/** What a writer in the middle of its work calls its file. No object may be called so. */
const UNFINISHED = /^\.[\w-]+\.tmp$/;

export function isUnfinished(part: string): boolean {
  return UNFINISHED.test(part);
}

/** Refuses a name that would lead out of the storage, or that no storage could tell from another. */
export function partsOf(name: string): readonly string[] {
  const parts = name.split('/');
  const isFit = parts.every(
    (part) => part !== '' && part !== '.' && part !== '..' && !isUnfinished(part),
  );
  if (!isFit || name.includes('\0')) throw new TypeError('not the name of an object');
  return parts;
}
