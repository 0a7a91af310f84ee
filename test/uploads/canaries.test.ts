import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { dicomFile, type Element } from './dicomFile';
import { DETECT, startUploadBed, type UploadBed } from './uploadBed';
import { zipFile } from './zipFile';

/** Attributes that name a person, a place or a time (PS3.15, table E.1-1), each with a canary of its own. */
const IDENTIFYING = (
  '00080014 00080018 00080020 00080021 00080022 00080023 00080030 00080031 00080032 00080033 00080050 00080080 00080081 00080090 ' +
  '00080092 00080094 00081010 00081030 0008103e 00081040 00081048 00081050 00081060 00081070 00081080 00100010 00100020 00100021 ' +
  '00100030 00100032 00100040 00101000 00101001 00101005 00101010 00101040 00101060 00102000 00102110 00102154 00102160 00102180 ' +
  '001021b0 001021f0 00104000 00181000 00181030 00181400 0020000d 00200010 00200052 00204000 00321032 00321060 00380010 ' +
  '00380300 00400244 00400253 00401001'
).split(' ');
let planted = 0;
const canary = (): string => `CANARY${String(++planted).padStart(3, '0')}`;
const text = (tag: string, vr = 'LO'): Element => [tag, vr, canary()];

/** What the slices of a series have in common: study and patient. */
const OF_SERIES = ['0020000d', '00100020'].map((tag) => text(tag));

function fileFullOfCanaries(z: number): Buffer {
  const identifying = IDENTIFYING.filter((tag) => !OF_SERIES.some(([common]) => common === tag)).map((tag) =>
    text(tag),
  );
  const nested: Element = [
    '00081140',
    'SQ',
    [[text('00081155', 'UI'), ['00400275', 'SQ', [[text('00400009'), text('00091010')], [text('00400007')]]]]],
  ];
  const hidden: Element[] = [
    ['00091001', 'UN', Buffer.from(canary() + canary())],
    ['00090010', 'LO', canary()],
    ['50003000', 'OW', Buffer.from(`${canary()}.`)],
    ['60003000', 'OW', Buffer.from(`${canary()}.`)],
    ['60004000', 'LT', canary()],
    ['fffcfffc', 'OB', Buffer.from(`${canary()}.`)],
  ];
  return dicomFile({
    z,
    preamble: Buffer.from(canary().padEnd(128, '\0')),
    meta: [text('00020003', 'UI'), text('00020016', 'AE')],
    more: [...identifying, ...OF_SERIES, nested, ...hidden.filter(([tag]) => tag < '7fe00010')],
    change: { '0020000e': 'CANARY.SERIES' },
  });
}

/** All files below a folder, with their paths. */
function* filesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

describe('what identifies a person in a DICOM file', () => {
  let bed: UploadBed;
  let logged = '';
  beforeAll(async () => {
    const stream = new Writable({
      write(chunk, _encoding, done) {
        logged += chunk;
        done();
      },
    });
    bed = await startUploadBed({ log: pino({ level: 'trace' }, stream) });
  });
  afterAll(() => bed.stop());

  it('is found nowhere after an upload: not in the database, the files, the log or the answers', async () => {
    const single = fileFullOfCanaries(0);
    expect(planted).toBeGreaterThan(60);
    const zip = zipFile([0, 5].map((z) => ({ name: `CANARY^NAME/${canary()}.dcm`, bytes: fileFullOfCanaries(z) })));
    const answers: string[] = [];
    for (const body of [single, zip]) {
      const { status, body: answer } = await bed.put(body);
      expect(status).toBe(201);
      answers.push(JSON.stringify(answer));
      const tags = answer.removedTags.map(({ tag }: { tag: string }) => tag.replace(/[(),]/g, '').toLowerCase());
      const expected = [
        ...IDENTIFYING,
        '00400275',
        '00091001',
        '00091010',
        '60003000',
        '60004000',
        '50003000',
        '00020003',
      ];
      // What the profile keeps is not reported: it is not kept either.
      expect(expected.filter((tag) => !tags.includes(tag))).toEqual([]);
      const detected = await bed.graph(DETECT, { input: { upload: answer.id, detector: 'tiny-constant' } });
      answers.push(JSON.stringify(detected));
      answers.push(
        JSON.stringify(await bed.graph(`{ upload(id: "${answer.id}") { kind removedTags { tag name } warnings } }`)),
      );
    }
    const refused = await bed.put(Buffer.concat([single.subarray(0, single.length - 3)]));
    expect(refused.status).toBe(400);
    answers.push(JSON.stringify(refused.body));
    expect(answers.join('\n')).not.toContain('CANARY');

    const tables = await bed.test.database.query<{ name: string }>({
      text: `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
             WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    });
    expect(tables.map(({ name }) => name)).toContain('public.upload');
    for (const { name } of tables) {
      const rows = await bed.test.database.query<{ row: string }>({ text: `SELECT t::text AS row FROM ${name} AS t` });
      expect(rows.filter(({ row }) => row.includes('CANARY'))).toEqual([]);
    }

    const files = [...filesBelow(dirname(dirname(bed.services.uploads.imageRoot('x'))))];
    expect(files.length).toBe(3);
    for (const file of files) expect(file + readFileSync(file, 'latin1')).not.toContain('CANARY');
    expect(logged).not.toBe('');
    expect(logged).not.toContain('CANARY');
  });
});
