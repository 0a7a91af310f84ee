/** More are read from the database again. */
const MAX_REMEMBERED = 10_000;

interface Known<Value> {
  value: Value;
  /** by `performance.now()`, before it was read */
  readAt: number;
}

/** What was read within the last moments, so that the requests of one caller share a statement. */
export class RecentReads<Value> {
  private readonly known = new Map<string, Known<Value>>();
  private readonly reading = new Map<string, Promise<Value>>();

  /**
   * @param read from the database
   * @param keptMs what was read within this time is not read again
   */
  constructor(
    private readonly read: (id: string) => Promise<Value>,
    private readonly keptMs: number,
  ) {}

  /** @returns what was read last, however long ago; undefined if nothing is remembered */
  latest(id: string): Value | undefined {
    return this.known.get(id)?.value;
  }

  /** @returns the value as it was at most `keptMs` ago; undefined if it has to be read */
  fresh(id: string): Value | undefined {
    const known = this.known.get(id);
    return known && performance.now() - known.readAt < this.keptMs ? known.value : undefined;
  }

  /** @returns the value as it was at most `keptMs` ago; those who ask at once share one read */
  get(id: string): Value | Promise<Value> {
    const known = this.known.get(id);
    if (known && performance.now() - known.readAt < this.keptMs) return known.value;
    const reading = this.reading.get(id) ?? this.readNow(id).finally(() => this.reading.delete(id));
    this.reading.set(id, reading);
    return reading;
  }

  forget(id: string): void {
    this.known.delete(id);
  }

  private async readNow(id: string): Promise<Value> {
    const readAt = performance.now();
    const value = await this.read(id);
    // A Map walks its keys in the order in which they were put in.
    this.known.delete(id);
    this.known.set(id, { value, readAt });
    if (this.known.size > MAX_REMEMBERED) {
      const oldest = this.known.keys().next();
      if (!oldest.done) this.known.delete(oldest.value);
    }
    return value;
  }
}
