const takers = new WeakSet<object>();

/** The handler takes the value as the bytes that it is, and a tombstone as null: nothing decodes it, whatever it holds. */
export function RawValue(): MethodDecorator {
  return (_target, _name, descriptor) => void takers.add(descriptor.value as object);
}

export function takesRawValue(method: object): boolean {
  return takers.has(method);
}
