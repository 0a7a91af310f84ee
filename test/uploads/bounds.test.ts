import { setTimeout as sleep } from 'node:timers/promises';
import { NoRoom, UploadRoom } from '../../src/uploads/room';
import { type RawClient, rawClient, statusesIn } from '../http/rawClient';
import { encodeHounsfield, PNG_SIGNATURE } from '../imaging/png';
import { startUploadBed, type UploadBed } from './uploadBed';

const png = encodeHounsfield(32, 32, (x, y) => x * y);
const SIGNATURE = PNG_SIGNATURE.toString('latin1');
const head = (bytes: number): string => `PUT /uploads HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`;

describe('uploads have bounds', () => {
  let bed: UploadBed;
  const clients: RawClient[] = [];
  const client = async (from?: string): Promise<RawClient> => {
    const made = await rawClient(bed.url, { from });
    clients.push(made);
    return made;
  };
  /** Begins an upload that never ends. */
  const begin = async (from?: string): Promise<void> => {
    const { socket } = await client(from);
    socket.write(head(60_000_000) + SIGNATURE, 'latin1');
  };
  const send = async (from?: string): Promise<string> => {
    const { socket, until } = await client(from);
    socket.write(Buffer.concat([Buffer.from(head(png.length)), png]));
    return until((text) => text.endsWith('}'));
  };
  const statusOf = async (from?: string): Promise<number | undefined> => statusesIn(await send(from))[0];
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await bed.stop();
  });
  const underWay = () => bed.stored().filter((name) => name.startsWith('incoming-')).length;
  const untilUnderWay = async (count: number): Promise<void> => {
    while (underWay() !== count) await sleep(10);
  };

  it('of places: one client cannot take those of others, nor two the last ones, nor all clients more than there are', async () => {
    bed = await startUploadBed({ detectors: false });
    for (let index = 0; index < 8; index++) await begin();
    await untilUnderWay(8);
    const refused = await send();
    expect(statusesIn(refused)).toEqual([429]);
    expect(refused).toContain('8 of your uploads are being received');
    expect(refused).toMatch(/^Retry-After: \d+\r$/m);
    expect(await statusOf('127.0.0.2')).toBe(201);

    for (let index = 0; index < 4; index++) await begin('127.0.0.2');
    await untilUnderWay(12);
    expect(await send('127.0.0.2')).toContain('4 of your uploads are being received');
    expect(await statusOf('127.0.0.3')).toBe(201);
    for (let index = 3; index < 7; index++) await begin(`127.0.0.${index}`);
    await untilUnderWay(16);
    expect(await send('127.0.0.7')).toContain('16 uploads are being received');
    for (const { socket } of clients) socket.destroy();
    await untilUnderWay(0);
    expect(await statusOf()).toBe(201);
  });

  it('of time: a body that trickles gives its place back, however long it goes on', async () => {
    bed = await startUploadBed({ detectors: false, bounds: { paceMs: 100 } });
    const { socket, until } = await client();
    socket.write(head(60_000_000) + SIGNATURE, 'latin1');
    const trickle = setInterval(() => socket.write('a'), 10);
    const answer = await until((text) => text.endsWith('}'));
    clearInterval(trickle);
    expect(statusesIn(answer)).toEqual([400]);
    expect(answer).toContain('STALLED');
    expect(answer).toContain('at least 8192 bytes a second');
    await untilUnderWay(0);
  });

  it('of number: a client deletes one, or waits, before it sends more than it may', async () => {
    bed = await startUploadBed({ detectors: false, maxUploadsPerClient: 2 });
    const first = await bed.put(png);
    expect([first.status, await statusOf(), await statusOf()]).toEqual([201, 201, 429]);
    expect(await send()).toContain('at most 2 uploads of one client (MAX_UPLOADS_PER_CLIENT)');
    expect(await statusOf('127.0.0.2')).toBe(201);
    await fetch(`${bed.url}/uploads/${first.body.id}`, { method: 'DELETE' });
    expect([await statusOf(), await statusOf()]).toEqual([201, 429]);
  });

  it('of number, even if many come at once', async () => {
    bed = await startUploadBed({ detectors: false, maxUploadsPerClient: 3 });
    const statuses = await Promise.all(Array.from({ length: 8 }, () => statusOf()));
    expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(3);
    expect(bed.stored().length).toBeLessThanOrEqual(3);
  });

  it('of bytes: by what a body says that it has, and by what is kept of it', async () => {
    bed = await startUploadBed({ detectors: false, maxUploadedBytesPerClient: 4 * png.length });
    const { socket, until } = await client();
    socket.write(head(5 * png.length));
    expect(await until((text) => text.endsWith('}'))).toContain('MAX_UPLOADED_BYTES_PER_CLIENT');
    let sent = 0;
    while ((await statusOf()) === 201) sent++;
    const [kept] = await bed.test.database.query<{ bytes: number; count: number }>({
      text: 'SELECT sum(stored_bytes)::float8 AS bytes, count(*)::float8 AS count FROM upload',
    });
    expect(kept?.count).toBe(sent);
    expect(sent).toBeGreaterThan(0);
    expect(kept?.bytes).toBeLessThanOrEqual(4 * png.length);
  });

  it('of bytes of all clients: one that would exceed them is no fault of its client', async () => {
    bed = await startUploadBed({ detectors: false, maxUploadedBytes: png.length });
    expect(await statusOf()).toBe(201);
    const refused = await send('127.0.0.2');
    expect(refused).toMatch(/^HTTP\/1\.1 507 Insufficient Storage\r\n/);
    expect(refused).toContain(`may take ${png.length} bytes in all (MAX_UPLOADED_BYTES)`);
    expect(refused).toMatch(/^Retry-After: \d+\r$/m);
  });

  it('of the disk: one that would fill it is refused before its body comes, and nothing of it is left', async () => {
    bed = await startUploadBed({ detectors: false, bounds: { keptFreeBytes: Number.MAX_SAFE_INTEGER } });
    const { socket, until } = await client();
    socket.write(head(1_000_000));
    const answer = await until((text) => text.endsWith('}'));
    expect(answer).toMatch(/^HTTP\/1\.1 507 Insufficient Storage\r\n/);
    expect(answer).toContain('The disk of the server has no room for this upload');
    expect(answer).toMatch(/^Retry-After: \d+\r$/m);
    expect(bed.stored()).toEqual([]);
  });

  it('of the disk, which is watched while something is written whose size nobody knows', async () => {
    bed = await startUploadBed({ detectors: false });
    const room = new UploadRoom(bed.test.database, bed.dataDir, { keptFreeBytes: Number.MAX_SAFE_INTEGER });
    const written = room.watch(
      new AbortController().signal,
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    );
    await expect(written).rejects.toBeInstanceOf(NoRoom);
  });
});
