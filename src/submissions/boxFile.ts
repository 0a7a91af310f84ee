/** Boxes on disk as float64 numbers, `NUMBERS_OF_BOX` for each: the memory of a reader does not grow with a file. */
import { type FileHandle, open } from 'node:fs/promises';
import { NUMBERS_OF_BOX } from './readMessages';

const BOXES_AT_ONCE = 8_192;
const NUMBER_BYTES = 8;

/** Writes boxes in order. */
export class BoxWriter {
  private readonly numbers = new Float64Array(BOXES_AT_ONCE * NUMBERS_OF_BOX);
  private filled = 0;

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<BoxWriter> {
    return new BoxWriter(await open(path, 'wx', 0o600));
  }

  /** Whether `flush` has to be awaited before the next box. */
  get isFull(): boolean {
    return this.filled === this.numbers.length;
  }

  add(box: readonly number[]): void {
    this.numbers.set(box, this.filled);
    this.filled += NUMBERS_OF_BOX;
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.numbers.buffer, 0, this.filled * NUMBER_BYTES);
    for (let at = 0; at < bytes.length; ) at += (await this.file.write(bytes, at)).bytesWritten;
    this.filled = 0;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file.close();
  }
}

/** Reads boxes, some thousand at once, all or those from `first` up to `end`. The array is used again. */
export async function* readBoxes(
  path: string,
  first = 0,
  end = Number.POSITIVE_INFINITY,
): AsyncGenerator<Float64Array> {
  const file = await open(path);
  const numbers = new Float64Array(BOXES_AT_ONCE * NUMBERS_OF_BOX);
  const bytes = Buffer.from(numbers.buffer);
  const size = NUMBERS_OF_BOX * NUMBER_BYTES;
  try {
    for (let box = first; box < end; ) {
      const wanted = Math.min(bytes.length, (end - box) * size);
      let filled = 0;
      while (filled < wanted) {
        const { bytesRead } = await file.read(bytes, filled, wanted - filled, box * size + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      if (filled === 0) return;
      if (filled % size !== 0) throw new Error('A file of boxes ends within a box.');
      yield numbers.subarray(0, filled / NUMBER_BYTES);
      box += filled / size;
    }
  } finally {
    await file.close();
  }
}
