import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExportContent, ExportFiles } from '../../src/exports';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'export-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keyOf = (name: string): string => createHash('sha256').update(name).digest('hex');
const writes = (text: string) => (put: (part: Buffer) => Promise<void>) => put(Buffer.from(text));

async function textOf(content: ExportContent, from?: number, to?: number): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of content.read(from, to)) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** A gate that a test opens. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

describe('the files of exports', () => {
  it('are written once for all readers, who get the bytes while they come', async () => {
    const files = new ExportFiles(folder, 1_000);
    const { open, opened } = gate();
    let written = 0;
    const write = async (put: (part: Buffer) => Promise<void>): Promise<void> => {
      written++;
      await put(Buffer.from('first '));
      await opened;
      await put(Buffer.from('second'));
    };
    const [one, other] = await Promise.all([files.open(keyOf('a'), write), files.open(keyOf('a'), write)]);
    await one.begun();
    const reader = one.read();
    expect((await reader.next()).value?.toString()).toBe('first ');
    expect(one.written).toBeNull();
    open();
    expect((await reader.next()).value?.toString()).toBe('second');
    expect(await textOf(other, 3, 9)).toBe('st sec');
    expect(await other.finished()).toEqual({
      bytes: 12,
      sha256: createHash('sha256').update('first second').digest('hex'),
    });
    one.release();
    other.release();
    const later = await files.open(keyOf('a'), write);
    expect([await textOf(later), written]).toEqual(['first second', 1]);
    later.release();
  });

  it('are left by a process and taken over by the next, without those that were not finished', async () => {
    const first = await new ExportFiles(folder, 1_000).open(keyOf('a'), writes('kept'));
    await first.finished();
    first.release();
    writeFileSync(join(folder, `${keyOf('b')}.x.part`), 'half');
    const next = new ExportFiles(folder, 1_000);
    expect(await next.known(keyOf('a'))).toMatchObject({ bytes: 4 });
    expect(readdirSync(folder)).toHaveLength(1);
    // Somebody removes it under the server.
    rmSync(join(folder, readdirSync(folder)[0]!));
    const again = await next.open(keyOf('a'), writes('kept'));
    expect(await textOf(again)).toBe('kept');
    again.release();
  });

  it('make room for newer ones, while who reads an old one reads on', async () => {
    const files = new ExportFiles(folder, 10);
    const contents: ExportContent[] = [];
    for (const name of ['a', 'b', 'c']) {
      const content = await files.open(keyOf(name), writes(`${name}-234`));
      await content.finished();
      contents.push(content);
      // Used again, so that b is the one of longest ago.
      if (name === 'b') (await files.open(keyOf('a'), writes('never'))).release();
    }
    expect(await Promise.all(['a', 'b', 'c'].map(async (name) => (await files.known(keyOf(name))) !== null))).toEqual([
      true,
      false,
      true,
    ]);
    expect(await textOf(contents[1]!)).toBe('b-234');
    for (const content of contents) content.release();
  });

  it('are given up if no one reads them, and a failure reaches every reader and is not kept', async () => {
    const files = new ExportFiles(folder, 1_000);
    const { open, opened } = gate();
    let failure: unknown;
    const content = await files.open(keyOf('a'), async (put) => {
      await put(Buffer.from('x'));
      await opened;
      await put(Buffer.from('y')).catch((thrown) => {
        failure = thrown;
        throw thrown;
      });
    });
    await content.begun();
    content.release();
    open();
    const failing = await files.open(keyOf('b'), async () => {
      throw new Error('no row');
    });
    await expect(failing.begun()).rejects.toThrow('no row');
    failing.release();
    expect(failure).toEqual(new Error('No one reads the export any more.'));
    const again = await files.open(keyOf('b'), writes('well'));
    expect(await textOf(again)).toBe('well');
    again.release();
  });
});
