/** A map that forgets what was not used for longest once it is full. */
export class LruMap<Key, Value> {
  private readonly entries = new Map<Key, Value>();

  /** @param capacity entries kept, at least 1 */
  constructor(private readonly capacity: number) {}

  get(key: Key): Value | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    // A Map walks its keys in the order in which they were put in: the first is the one to forget.
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: Key, value: Value): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.capacity) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
  }

  get size(): number {
    return this.entries.size;
  }
}
