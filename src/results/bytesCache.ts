/** Typed arrays in memory, those that were asked for last; the oldest go when they are too many bytes. */
export class BytesCache<Content extends object> {
  /** those asked for last at the end */
  private readonly kept = new Map<string, { content: Content; bytes: number }>();
  private total = 0;

  constructor(private readonly mostBytes: number) {}

  async get(key: string, make: () => Promise<Content>): Promise<Content> {
    const known = this.kept.get(key);
    if (known) {
      this.kept.delete(key);
      this.kept.set(key, known);
      return known.content;
    }
    const content = await make();
    const bytes = bytesOf(content);
    this.kept.set(key, { content, bytes });
    this.total += bytes;
    for (const [oldest, { bytes: size }] of this.kept) {
      if (this.total <= this.mostBytes || this.kept.size === 1) break;
      this.kept.delete(oldest);
      this.total -= size;
    }
    return content;
  }
}

const bytesOf = (content: object): number =>
  ArrayBuffer.isView(content)
    ? content.byteLength
    : Object.values(content).reduce((sum: number, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0);
