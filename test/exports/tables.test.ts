import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { COARSE_TYPES, SEXES, SPLITS } from '../../src/dataset';
import { graphOf, type RunQuery } from '../graphql/testGraph';
import type { TestDatabase } from '../testDatabase';
import { type ExportServer, rowsOf, startExportBed, startExportServer, textOf } from './exportBed';

let bed: TestDatabase & { csv: string };
let server: ExportServer;
let graph: RunQuery;
beforeAll(async () => {
  bed = await startExportBed();
  server = await startExportServer(bed.database);
  graph = graphOf(server.services);
});
afterAll(async () => {
  await server.stop();
  await bed.drop();
});

const lesions = (ending: string, query: Record<string, string> = {}): Promise<Response> =>
  server.get(`/exports/small@1/lesions.${ending}?${new URLSearchParams(query)}`);

const errorOf = async (response: Response) => {
  const { errors } = (await response.json()) as { errors: { message: string; extensions: object }[] };
  return { status: response.status, ...errors[0]!.extensions, message: errors[0]!.message };
};

describe('the table of lesions', () => {
  it('has the values of the source, with units in the names', async () => {
    const source: Record<string, string>[] = parse(readFileSync(bed.csv), { columns: true, bom: true });
    const rows: Record<string, string>[] = parse(await textOf(await lesions('csv')), { columns: true });
    expect(rows).toHaveLength(source.length);
    for (const [index, row] of rows.entries()) {
      const from = source[index]!;
      const [x1, y1] = from.Bounding_boxes!.split(',').map(Number);
      const [spacing] = from.Spacing_mm_px_!.split(',').map(Number);
      const [longPx] = from.Lesion_diameters_Pixel_!.split(',').map(Number);
      expect(row.source_row_index).toBe(String(index));
      expect(row.file_name).toBe(from.File_name);
      expect(Number(row.bounding_box_x1)).toBeCloseTo(x1!, 6);
      expect(Number(row.bounding_box_y1)).toBeCloseTo(y1!, 6);
      expect(Number(row.long_diameter_mm)).toBeCloseTo(longPx! * spacing!, 9);
      expect(row.split).toBe(SPLITS[Number(from.Train_Val_Test) - 1]);
      expect(row.possibly_noisy).toBe(from.Possibly_noisy === '1' ? 'true' : 'false');
    }
  });

  it('says the same in all formats, with numbers that come back bit for bit', async () => {
    const ndjson = await rowsOf(await lesions('ndjson'));
    const csv: Record<string, string>[] = parse(await textOf(await lesions('csv')), { columns: true });
    const { parquetReadObjects } = await import('hyparquet');
    const file = await (await lesions('parquet')).arrayBuffer();
    expect(await parquetReadObjects({ file })).toEqual(ndjson);
    expect(csv).toEqual(
      ndjson.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? '')]))),
    );
    const stored = await bed.database.query<{ mm: number }>({
      text: 'SELECT long_diameter_mm AS mm FROM lesion ORDER BY source_row_index',
    });
    expect(ndjson.map((row) => row.long_diameter_mm)).toEqual(stored.map(({ mm }) => mm));
  });

  it('is Parquet that says where it comes from', async () => {
    const { parquetMetadata } = await import('hyparquet');
    const file = await (await lesions('parquet', { filter: '{"split":["TRAIN"]}' })).arrayBuffer();
    const pairs = parquetMetadata(file).key_value_metadata ?? [];
    expect(Object.fromEntries(pairs.map(({ key, value }) => [key, value]))).toMatchObject({
      dataset: 'small@1',
      filter: '{"split":["TRAIN"]}',
      licence: 'CC BY 4.0 (https://a.example/by)',
      source_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      rows: expect.stringMatching(/^\d$/),
    });
  });

  it('matches its JSON Schema in names, types and enumerations', async () => {
    const schema = JSON.parse(await textOf(await server.get('/exports/schema/lesions.json')));
    const [row] = await rowsOf(await lesions('ndjson'));
    expect(Object.keys(row!)).toEqual(schema.required);
    expect(schema.properties.coarse_type.enum).toEqual([...COARSE_TYPES]);
    expect(schema.properties.age_years.type).toEqual(['number', 'null']);
  });

  it('has the chosen fields in their order, and guards them for spreadsheets on request', async () => {
    await bed.database.prisma.bookmarkedImage.updateMany({
      where: { fileName: '000901_01_01_020.png' },
      data: { fileName: '=HYPERLINK("x"),\n"é"' },
    });
    const query = { fields: 'file_name,source_row_index', filter: '{"sourceRowIndex":[0]}' };
    expect(await textOf(await lesions('csv', query))).toBe(
      'file_name,source_row_index\n"=HYPERLINK(""x""),\n""é""",0\n',
    );
    expect(await textOf(await lesions('csv', { ...query, spreadsheet: '1' }))).toContain('\n"\'=HYPERLINK(""x""),\n');
    expect(await rowsOf(await lesions('ndjson', query))).toEqual([
      { file_name: '=HYPERLINK("x"),\n"é"', source_row_index: 0 },
    ]);
    await bed.database.prisma.bookmarkedImage.updateMany({
      where: { fileName: { startsWith: '=' } },
      data: { fileName: '000901_01_01_020.png' },
    });
  });
});

const range = fc.record(
  { gte: fc.integer({ min: 0, max: 40 }), lte: fc.integer({ min: 40, max: 90 }) },
  { requiredKeys: [] },
);
const plain = {
  split: fc.subarray([...SPLITS]),
  coarseType: fc.subarray([...COARSE_TYPES]),
  sex: fc.constantFrom(...SEXES),
  longDiameterMm: range,
  ageYears: range,
  possiblyNoisy: fc.option(fc.boolean()),
  patientIndex: fc.constantFrom(901, 902, 7),
};
/** The graph takes eight levels; these are three. */
const combining = (inner: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.record({ ...plain, not: fc.option(inner), or: fc.array(inner, { maxLength: 2 }) }, { requiredKeys: [] });
const filters = combining(combining(fc.record(plain, { requiredKeys: [] })));

describe('a filter', () => {
  it('chooses the rows that the list of the graph has', async () => {
    const query = 'query ($filter: LesionFilter) { lesions(filter: $filter, first: 500) { nodes { id } } }';
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const rows = await rowsOf(await lesions('ndjson', { filter: JSON.stringify(filter), fields: 'id' }));
        const { data } = await graph(query, { filter: { and: [{ dataset: 'small@1' }, filter] } });
        const { nodes } = (data as unknown as { lesions: { nodes: { id: string }[] } }).lesions;
        expect(rows.map(({ id }) => id).sort()).toEqual(nodes.map(({ id }) => id).sort());
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['images', '{"lesion":{"possiblyNoisy":true}}', 'bookmarkedImages', 'BookmarkedImageFilter'],
    ['studies', '{"ageYears":{"gte":50}}', 'studies', 'StudyFilter'],
    ['patients', '{"coarseType":["LUNG"]}', 'patients', 'PatientFilter'],
  ])('chooses rows of %s in the same way', async (table, filter, field, type) => {
    const rows = await rowsOf(
      await server.get(`/exports/small@1/${table}.ndjson?filter=${encodeURIComponent(filter)}`),
    );
    const query = `query ($filter: ${type}) { list: ${field}(filter: $filter, first: 500) { nodes { id } } }`;
    const { data } = await graph(query, { filter: JSON.parse(filter) });
    const { nodes } = (data as unknown as { list: { nodes: { id: string }[] } }).list;
    expect(rows.map(({ id }) => id).sort()).toEqual(nodes.map(({ id }) => id).sort());
  });

  it.each([
    ['that is no JSON', { filter: '{' }, 'filter', /to be JSON/],
    ['with a field that the graph does not have', { filter: '{"colour":1}' }, 'filter', /"colour" is not defined/],
    ['with a value that the graph does not have', { filter: '{"split":["TRIAL"]}' }, 'filter', /filter\.split.*TRIAL/],
    ['that is a list', { filter: '[1,2]' }, 'filter', /LesionFilter/],
    ['of another version', { filter: '{"not":{"dataset":"small"}}' }, 'filter', /without dataset, or with small@1/],
    ['with an inverted range', { filter: '{"ageYears":{"gte":2,"lte":1}}' }, 'ageYears', /at most/],
    ['and a column that is not there', { fields: 'id,colour' }, 'fields', /there is no "colour".*The columns: id,/],
    ['and a column twice', { fields: 'id,id' }, 'fields', /once/],
    ['and a guard for what is no CSV', { spreadsheet: '1' }, 'spreadsheet', /no CSV/],
    ['and a parameter that is not there', { colour: '1' }, 'colour', /no parameters but filter, fields/],
  ])('%s is refused with its argument', async (_, query, argument, message) => {
    const refused = await errorOf(await lesions('ndjson', query as Record<string, string>));
    expect(refused).toMatchObject({ status: 400, code: 'BAD_USER_INPUT', argument });
    expect(refused.message).toMatch(message);
  });

  it('is refused if it is given twice, and with 404 if it names what is not there', async () => {
    const twice = await errorOf(await server.get('/exports/small@1/lesions.csv?filter={}&filter={}'));
    expect(twice).toMatchObject({ status: 400, argument: 'filter' });
    const cluster = Buffer.from('PseudoCluster:00000000-0000-0000-0000-000000000000:1').toString('base64url');
    const absent = await errorOf(await lesions('csv', { filter: JSON.stringify({ pseudoCluster: cluster }) }));
    expect(absent).toMatchObject({ status: 404, code: 'NOT_FOUND', argument: 'pseudoCluster' });
  });
});

describe('an order', () => {
  it('is that of the named columns, with missing values last and equal ones as in the source', async () => {
    const query = {
      fields: 'source_row_index,coarse_type,slice_interval_mm,short_diameter_mm',
      order: 'coarse_type,-short_diameter_mm',
    };
    const rows = await rowsOf(await lesions('ndjson', query));
    const all = await rowsOf(await lesions('ndjson', { fields: query.fields }));
    const size = (value: unknown): number => (typeof value === 'number' ? value : Number.NEGATIVE_INFINITY);
    const expected = all.toSorted(
      (one, other) =>
        Number(String(one.coarse_type) > String(other.coarse_type)) -
          Number(String(one.coarse_type) < String(other.coarse_type)) ||
        size(other.short_diameter_mm) - size(one.short_diameter_mm),
    );
    expect(rows).toEqual(expected);
    expect(rows).not.toEqual(all);
    const refused = await errorOf(await lesions('csv', { order: 'colour' }));
    expect(refused).toMatchObject({ status: 400, argument: 'order' });
  });
});

describe('what describes a CSV file', () => {
  it('stands beside it as CSV on the Web, with type, unit and licence, for the columns that were chosen', async () => {
    const query = { fields: 'id,long_diameter_mm,possibly_noisy,split', filter: JSON.stringify({ split: ['TEST'] }) };
    const file = await lesions('csv', query);
    const [, link = ''] =
      /<([^>]+)>; rel="describedby"; type="application\/csvm\+json"/.exec(file.headers.get('link') ?? '') ?? [];
    const response = await server.get(link);
    expect(response.headers.get('content-type')).toBe('application/csvm+json');
    const metadata = JSON.parse(await textOf(response));
    const [header = ''] = (await textOf(file)).split('\n');
    expect(metadata.tableSchema.columns.map(({ name }: { name: string }) => name).join(',')).toBe(header);
    // Relative to the metadata, it is the file.
    expect(new URL(metadata.url, `${server.url}${link}`).search).toBe(`?${new URLSearchParams(query)}`);
    expect(metadata).toMatchObject({
      '@context': ['http://www.w3.org/ns/csvw', {}],
      'dc:license': expect.stringContaining('CC BY'),
    });
    expect(metadata.tableSchema.columns).toMatchObject([
      { name: 'id', datatype: 'string', required: true },
      {
        name: 'long_diameter_mm',
        datatype: 'double',
        required: false,
        'dc:description': expect.stringContaining('mm'),
      },
      { name: 'possibly_noisy', datatype: { base: 'boolean', format: 'true|false' } },
      { name: 'split', datatype: { base: 'string', format: SPLITS.join('|') } },
    ]);
  });
});

describe('a request whose filter is too long for an address', () => {
  const post = (body: unknown, query = ''): Promise<Response> =>
    fetch(`${server.url}/exports/small@1/lesions.csv${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('has it in a body, with the answer of the address', async () => {
    const others = { sourceRowIndex: Array.from({ length: 900 }, (_, row) => 2_000_000_000 + row) };
    const short = { split: ['TRAIN', 'TEST'] };
    const long = await post({ filter: { or: [short, others, others] }, fields: ['id', 'split'], order: '-split' });
    const query = { filter: JSON.stringify(short), fields: 'id,split', order: '-split' };
    const text = await textOf(await lesions('csv', query));
    expect(text.split('\n').length).toBeGreaterThan(3);
    expect(await textOf(long)).toBe(text);
    expect(long.headers.get('cache-control')).toBe('private, no-cache');
    expect(await textOf(await post({ filter: short, order: ['-split'] }, '?fields=id,split'))).toBe(text);
  });

  it.each([
    ['no JSON', 'filter=1', /JSON/],
    ['a list', [1], /Expected a body of JSON/],
    ['a filter as text', { filter: '{}' }, /filter is something else/],
    ['a parameter of the address again', { fields: 'id' }, /not in both/],
    ['a filter that is none', { filter: { splitt: ['TEST'] } }, /splitt/],
  ])('is refused with %s', async (_, body, message) => {
    const refused = await errorOf(await post(body, '?fields=id'));
    expect(refused).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(refused.message).toMatch(message);
  });
});

describe('an address', () => {
  it.each([
    ['/exports/none@1/lesions.csv', 404, /There is no data set "none@1". Known: small@1/],
    ['/exports/small@2/lesions.csv', 404, /There is no data set "small@2"/],
    ['/exports/small/lesions.csv', 400, /Expected a version.*small@1/],
    ['/exports/small@1/lesions.xlsx', 404, /There is no export "small@1\/lesions.xlsx"/],
    ['/exports', 404, /Expected below \/exports SLUG@VERSION/],
    ['/exports/small@1/%ff.csv', 400, /escapes/],
    ['/exports/runs/x/detections.csv', 400, /id of a DetectionRun/],
  ])('%s is answered with %s', async (path, status, message) => {
    const refused = await errorOf(await server.get(path));
    expect(refused.status).toBe(status);
    expect(refused.message).toMatch(message);
  });
});
