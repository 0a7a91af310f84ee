/**
 * The files that exports were written to, below DATA_DIR/exports: the first reader's stream is kept, and later readers
 * and ranges come from the file. An export is a function of its address, so that its key names its bytes for ever.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from '../errors';
import { createLimiter } from '../limiter';

/** What is known of an export that is written to its end. */
export interface Written {
  readonly bytes: number;
  /** in hexadecimal */
  readonly sha256: string;
}

/** Each holds a connection to the database, of which other requests need some. */
const WRITTEN_AT_ONCE = 3;
const MAX_WAITING = 100;
const READ_BYTES = 256 * 2 ** 10;
const FINISHED = /^([0-9a-f]{64})-([0-9a-f]{64})$/;

/** An export under one key, for one reader or several. Each reader calls `release` when it needs it no more. */
export class ExportContent {
  private readers = 0;
  private size = 0;
  private wake: (() => void)[] = [];
  private failure: unknown;
  /** null until it is written to its end */
  written: Written | null = null;

  /** @param onUnread is called when no one reads it any more */
  constructor(
    private readonly onUnread: () => void,
    private file: FileHandle | null = null,
    written: Written | null = null,
  ) {
    this.written = written;
    this.size = written?.bytes ?? 0;
  }

  hold(): this {
    this.readers++;
    return this;
  }

  release(): void {
    if (--this.readers === 0) this.onUnread();
  }

  /** in the file so far */
  get bytes(): number {
    return this.size;
  }

  get isRead(): boolean {
    return this.readers > 0;
  }

  get hasEnded(): boolean {
    return this.written !== null || this.failure !== undefined;
  }

  /** Waits for the first bytes. @throws what kept them from being written */
  async begun(): Promise<void> {
    while (this.size === 0 && !this.written) await this.grown();
  }

  /** Waits for the end. @throws what kept it from being written */
  async finished(): Promise<Written> {
    while (!this.written) await this.grown();
    return this.written;
  }

  /** The bytes from a place on, up to and not including another one; while they are written, as they come. */
  async *read(from = 0, to = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
    for (let at = from; at < to; ) {
      const there = Math.min(this.size, to) - at;
      if (there <= 0) {
        if (this.written) return;
        await this.grown();
        continue;
      }
      const length = Math.min(there, READ_BYTES);
      const { bytesRead, buffer } = await this.handle().read(Buffer.allocUnsafe(length), 0, length, at);
      if (bytesRead === 0) throw new Error('A file of an export ended before its end.');
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /** For the one that writes: the file that it writes to. */
  writesTo(file: FileHandle): void {
    this.file = file;
  }

  /** For the one that writes: so many bytes more are in the file. */
  grow(bytes: number): void {
    this.size += bytes;
    this.notify();
  }

  /** For the one that writes: nothing more comes. */
  end(outcome: { written: Written } | { failure: unknown }): void {
    if ('written' in outcome) this.written = outcome.written;
    else this.failure = outcome.failure;
    this.notify();
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = null;
  }

  private handle(): FileHandle {
    if (!this.file) throw new Error('An export was read after it was released.');
    return this.file;
  }

  private async grown(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    await new Promise<void>((resolve) => this.wake.push(resolve));
    if (this.failure !== undefined) throw this.failure;
  }

  private notify(): void {
    const waiting = this.wake;
    this.wake = [];
    for (const wake of waiting) wake();
  }
}

/** Hands the bytes of an export to `put`, which throws if no one reads them any more. */
export type WriteExport = (put: (part: Buffer) => Promise<void>) => Promise<void>;

/** All exports of one data folder. A process has one such object, and a folder one process that serves. */
export class ExportFiles {
  /** finished ones by key, the least recently used first */
  private readonly finished = new Map<string, Written>();
  private readonly growing = new Map<string, ExportContent>();
  private readonly inTurn = createLimiter(WRITTEN_AT_ONCE);
  private opened: Promise<void> | undefined;

  /**
   * @param folder is made at the first use
   * @param maxBytes what all files together may take; those that were used least recently are removed
   */
  constructor(
    private readonly folder: string,
    private readonly maxBytes: number,
  ) {}

  /**
   * @param key 64 hexadecimal digits that stand for the bytes
   * @returns the export, held for one reader
   * @throws Unavailable if too many are waiting to be written
   */
  async open(key: string, write: WriteExport): Promise<ExportContent> {
    this.opened ??= this.prepare();
    await this.opened;
    const written = this.finished.get(key);
    const kept = written && (await this.openFinished(key, written));
    if (kept) return kept;
    return (this.growing.get(key) ?? this.begin(key, write)).hold();
  }

  /** @returns what is known of an export that is there already; null otherwise */
  async known(key: string): Promise<Written | null> {
    this.opened ??= this.prepare();
    await this.opened;
    return this.finished.get(key) ?? null;
  }

  /** Finds what an earlier process finished, and removes what it did not. */
  private async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const found: { key: string; written: Written; usedMs: number }[] = [];
    for (const name of await readdir(this.folder)) {
      const [, key, sha256] = FINISHED.exec(name) ?? [];
      const path = join(this.folder, name);
      if (key === undefined || sha256 === undefined) await rm(path, { force: true });
      else {
        const { size, mtimeMs } = await stat(path);
        found.push({ key, written: { bytes: size, sha256 }, usedMs: mtimeMs });
      }
    }
    found.sort((one, other) => one.usedMs - other.usedMs);
    for (const { key, written } of found) this.finished.set(key, written);
    await this.makeRoom();
  }

  private async openFinished(key: string, written: Written): Promise<ExportContent | null> {
    const path = this.pathOf(key, written);
    const file = await open(path, 'r').catch(() => null);
    if (!file) {
      // Somebody tidied up.
      this.finished.delete(key);
      return null;
    }
    this.finished.delete(key);
    this.finished.set(key, written);
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    const content = new ExportContent(() => void content.close(), file, written);
    return content.hold();
  }

  private begin(key: string, write: WriteExport): ExportContent {
    if (this.growing.size >= MAX_WAITING)
      throw new Unavailable(`More than ${MAX_WAITING} exports are being written; ask again in a few seconds.`, 5);
    const unwanted = new AbortController();
    const content: ExportContent = new ExportContent(() => {
      if (content.hasEnded) void content.close();
      else {
        this.growing.delete(key);
        unwanted.abort(new Error('No one reads the export any more.'));
      }
    });
    this.growing.set(key, content);
    void this.inTurn(() => this.write(key, content, write, unwanted.signal));
    return content;
  }

  private async write(key: string, content: ExportContent, write: WriteExport, signal: AbortSignal): Promise<void> {
    const path = join(this.folder, `${key}.${randomUUID()}.part`);
    try {
      signal.throwIfAborted();
      const file = await open(path, 'wx+', 0o600);
      content.writesTo(file);
      const hash = createHash('sha256');
      let bytes = 0;
      await write(async (part) => {
        signal.throwIfAborted();
        hash.update(part);
        await file.appendFile(part);
        bytes += part.length;
        content.grow(part.length);
      });
      signal.throwIfAborted();
      const written = { bytes, sha256: hash.digest('hex') };
      await rename(path, this.pathOf(key, written));
      this.finished.set(key, written);
      content.end({ written });
      await this.makeRoom();
    } catch (failure) {
      // Who asks from now on has it written again.
      if (this.growing.get(key) === content) this.growing.delete(key);
      content.end({ failure });
      await rm(path, { force: true }).catch(() => undefined);
    } finally {
      if (this.growing.get(key) === content) this.growing.delete(key);
      if (!content.isRead) await content.close();
    }
  }

  /** Readers of a removed file have it open and go on. */
  private async makeRoom(): Promise<void> {
    let total = [...this.finished.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [key, written] of this.finished) {
      if (total <= this.maxBytes) return;
      this.finished.delete(key);
      total -= written.bytes;
      await rm(this.pathOf(key, written), { force: true }).catch(() => undefined);
    }
  }

  private pathOf(key: string, { sha256 }: Written): string {
    return join(this.folder, `${key}-${sha256}`);
  }
}
