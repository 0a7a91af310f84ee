import { idOfNothing } from '../globalIds';
import { encodeHounsfield } from '../imaging/png';
import { startUploadBed, type UploadBed } from '../uploads/uploadBed';

const png = encodeHounsfield(32, 32, (x, y) => x * y);
const image = `/images/${idOfNothing('BookmarkedImage')}.png`;
const cluster = `/clusters/${idOfNothing('PseudoCluster')}.png`;

describe('a parameter that an address does not know', () => {
  let bed: UploadBed;
  let upload: string;
  beforeAll(async () => {
    bed = await startUploadBed({ detectors: false });
    upload = (await bed.put(png)).body.id;
  });
  afterAll(() => bed.stop());

  const errorOf = async (path: string, init?: RequestInit) => {
    const answer = await fetch(bed.url + path.replace('UPLOAD', upload), { redirect: 'manual', ...init });
    const { errors } = JSON.parse(await answer.text());
    const { message, extensions } = errors[0];
    return { status: answer.status, code: extensions.code, argument: extensions.argument, message };
  };
  const put = { method: 'PUT', body: png };

  const PICTURE = 'window, overlay, scoreThreshold, top, size';
  const IMAGE = 'window, overlay, scoreThreshold, iou, top, size, crop, slice';
  const CASES: [path: string, argument: string, known: string, init?: RequestInit][] = [
    [`${image}?slices=1`, 'slices', IMAGE],
    [`${image}?format=raw`, 'format', IMAGE],
    [`${image}?window=lung&scoreAtLeast=0.5`, 'scoreAtLeast', IMAGE],
    [`${image}?window[a]=1`, 'window[a]', IMAGE],
    [`${image}?__proto__=1`, '__proto__', IMAGE],
    [`${cluster}?columns=4`, 'columns', 'count, size'],
    ['/uploads?spacing=0.8', 'spacing', 'pixelSpacingMm, sliceIntervalMm', put],
    ['/uploads/UPLOAD/1.png?crop=1', 'crop', PICTURE],
    ['/graphql?query={__typename}&opName=A', 'opName', 'query, operationName, variables, extensions, documentId'],
    ['/graphql?x=1', 'x', 'query, operationName, variables, extensions, documentId', { method: 'POST', body: '{}' }],
    ['/graphql/stream?token=1', 'token', 'query, operationName, variables, extensions, documentId'],
  ];
  it.each(CASES.map(([path, argument, known, init]) => ({ path, argument, known, init })))(
    '$path is refused by name, with the known ones',
    async ({ path, argument, known, init }) => {
      const message = `Expected no parameters but ${known} at this address; got ${JSON.stringify(argument)}.`;
      expect(await errorOf(path, init)).toEqual({ status: 400, code: 'BAD_USER_INPUT', argument, message });
    },
  );

  it.each([
    '/healthz',
    '/readyz',
    '/metrics',
    '/schema.graphql',
    '/graphiql',
    '/graphiql/graphiql.js',
    '/uploads/UPLOAD',
  ])('%s?verbose=1 is refused, since there are none', async (path) => {
    const message = 'Expected no parameters at this address; got "verbose".';
    expect(await errorOf(`${path}?verbose=1`)).toMatchObject({ status: 400, argument: 'verbose', message });
  });

  it.each([
    ['/uploads?pixelspacingmm=0.8', 'pixelSpacingMm', put],
    [`${image}?Window=lung`, 'window', undefined],
    [`${image}?SCORETHRESHOLD=0.5`, 'scoreThreshold', undefined],
    [`${cluster}?Count=4`, 'count', undefined],
  ])('%s is told how it is written', async (path, written, init) => {
    const { status, message } = await errorOf(path, init);
    expect([status, message]).toEqual([400, expect.stringMatching(new RegExp(`; it is written ${written}\\.$`))]);
  });

  it.each([
    ['/uploads?pixelSpacingMm=0.8&pixelSpacingMm=0.7', 'pixelSpacingMm', put],
    [`${cluster}?count=4&count=5`, 'count', undefined],
    ['/uploads/UPLOAD/1.png?size=4&size=5', 'size', undefined],
    ['/graphql?query={__typename}&query={a}', 'query', undefined],
  ])('and one that it knows is refused where it is given twice: %s', async (path, argument, init) => {
    const { status, message } = await errorOf(path, init);
    expect([status, message]).toEqual([400, expect.stringContaining(`Expected ${argument} to be given once; got`)]);
  });

  it('leaves nothing of an upload behind', () => {
    expect(bed.stored()).toEqual([upload]);
  });
});

describe('a form in place of a file', () => {
  it('is refused with how to send it', async () => {
    const bed = await startUploadBed({ detectors: false });
    const form = new FormData();
    form.set('file', new Blob([png]), '109.png');
    const put = await fetch(`${bed.url}/uploads`, { method: 'PUT', body: form });
    const [refusal] = JSON.parse(await put.text()).errors;
    expect([put.status, refusal.extensions.reason]).toEqual([415, 'TYPE_DIFFERS']);
    expect(refusal.message).toMatch(/got a form .* send it as `curl -T FILE` does/);
    const post = await fetch(`${bed.url}/uploads`, { method: 'POST', body: form });
    expect([post.status, JSON.parse(await post.text()).errors[0].message]).toEqual([
      405,
      'Expected PUT, with the file itself as the body, as "curl -T FILE" sends it.',
    ]);
    await bed.stop();
  });
});
