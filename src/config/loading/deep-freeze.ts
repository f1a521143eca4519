/** Freezes a value and everything in it. A map loses its ways to change; the same object is returned. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (value instanceof Map) refuseChanges(value);
  Object.freeze(value);
  const inside: unknown[] = value instanceof Map ? [...value.values()] : Object.values(value);
  for (const part of inside) deepFreeze(part);
  return value;
}

/** `Object.freeze` leaves a map's entries open: they are not properties. */
function refuseChanges(map: Map<unknown, unknown>): void {
  const refuse = (): never => {
    throw new TypeError('the settings are frozen');
  };
  for (const name of ['set', 'delete', 'clear'])
    Object.defineProperty(map, name, { value: refuse });
}
