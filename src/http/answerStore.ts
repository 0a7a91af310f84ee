/** What an entry takes besides its texts. */
const ENTRY_BYTES = 500;
/** The part of all memory that one answer may take. */
const MAX_SHARE = 1 / 8;

/** Answers by request, within a number of bytes; those that were not used for the longest time make room for others. */
export class AnswerStore<Answer> {
  /** undefined for a request that was only seen; the one that was used last is last */
  private readonly entries = new Map<string, { answer: Answer | undefined; bytes: number }>();
  private total = 0;

  /** @param maxBytes of keys and answers together */
  constructor(private readonly maxBytes: number) {}

  get bytes(): number {
    return this.total;
  }

  /** @returns what was kept for a request; SEEN if it was only seen; undefined if it is the first time, which is noted */
  find(key: string): Answer | 'SEEN' | undefined {
    const entry = this.entries.get(key);
    if (!entry) {
      this.put(key, undefined, 0);
      return undefined;
    }
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.answer ?? 'SEEN';
  }

  /** @param bytes of the answer; one that would push out many others is not kept */
  keep(key: string, answer: Answer, bytes: number): void {
    if (bytes <= this.maxBytes * MAX_SHARE) this.put(key, answer, bytes);
  }

  private put(key: string, answer: Answer | undefined, answerBytes: number): void {
    this.remove(key);
    const bytes = ENTRY_BYTES + 2 * key.length + answerBytes;
    this.entries.set(key, { answer, bytes });
    this.total += bytes;
    for (const oldest of this.entries.keys()) {
      if (this.total <= this.maxBytes) return;
      this.remove(oldest);
    }
  }

  private remove(key: string): void {
    this.total -= this.entries.get(key)?.bytes ?? 0;
    this.entries.delete(key);
  }
}
