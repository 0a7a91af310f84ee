import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../src/compiled';
import { createQueue, type JobQueue, type JobWorker, startWorker } from '../../src/jobs';
import { encodeHounsfield } from '../imaging/png';
import { insertImages } from '../runs/runBed';
import { fixtureModel, type ModelChanges, modelZip } from './modelZip';
import { DETECT, REGISTER, startUploadBed, type UploadBed } from './uploadBed';

const TINY = fixtureModel('models/tiny-constant');
const slice = encodeHounsfield(16, 16, (x, y) => x - y);
const named = (name: string, version = '1.0.0'): ModelChanges['manifest'] => {
  return (manifest) => Object.assign(manifest, { name, version });
};

let bed: UploadBed;
beforeAll(async () => {
  bed = await startUploadBed();
});
afterAll(() => bed.stop());

const register = (uploadId: string) => bed.graph(REGISTER, { input: { uploadId } });
/** Puts a model, and registers it. */
async function send(body: Buffer) {
  const { status, body: upload } = await bed.put(body, { type: 'application/zip' });
  expect({ status, errors: upload.errors }).toEqual({ status: 201, errors: undefined });
  return { id: upload.id as string, answer: await register(upload.id) };
}

describe('a model that is sent as a zip', () => {
  it('is told of as a MODEL without slices, at both doors', async () => {
    const { status, body } = await bed.put(modelZip(TINY));
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'MODEL', slices: 0, sliceIndices: [], width: null, height: null, windows: [] });
    expect(await (await bed.get(`/uploads/${body.id}`)).json()).toEqual(body);
    const { data } = await bed.graph(`{ upload(id: "${body.id}") { kind sliceIndices width height warnings } }`);
    expect(data.upload).toEqual({ kind: 'MODEL', sliceIndices: [], width: null, height: null, warnings: [] });
  });

  it('lies in a private folder of its own, as two files that nobody else may read', async () => {
    const bystanders = ['__MACOSX/._model.json', '.DS_Store'].map((name) => ({ name, bytes: Buffer.from('x') }));
    const { body } = await bed.put(modelZip(TINY, { within: 'my model/', more: bystanders }));
    const folder = await bed.services.uploads.modelFolder(body.id);
    const modes = readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]);
    expect(modes).toEqual([
      ['model.json', '600'],
      ['model.onnx', '600'],
    ]);
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
  });

  it('becomes a detector that does not need the upload any more', async () => {
    const { id, answer } = await send(modelZip(TINY, { manifest: named('sent'), within: 'sent/' }));
    const { detector, alreadyRegistered } = answer.data.registerDetector;
    expect(alreadyRegistered).toBe(false);
    expect(detector).toMatchObject({ name: 'sent', version: '1.0.0', ready: true, notReadyReason: null });
    expect((await register(id)).data.registerDetector).toEqual({ detector, alreadyRegistered: true });
    expect((await fetch(`${bed.url}/uploads/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await register(id)).errors[0].extensions).toMatchObject({ code: 'NOT_FOUND', argument: 'uploadId' });
    const picture = await bed.put(slice);
    const { data } = await bed.graph(DETECT, { input: { upload: picture.body.id, detector: 'sent' } });
    expect(data.detectInImage.detection).toMatchObject({ status: 'SUCCEEDED', progress: { completed: 1 } });
  });

  it('keeps versions side by side, and refuses another model under a known one', async () => {
    await send(modelZip(TINY, { manifest: named('twice') }));
    expect((await send(modelZip(TINY, { manifest: named('twice', '1.1.0') }))).answer.errors).toBeUndefined();
    const other = modelZip(fixtureModel('models/tiny-slow'), { manifest: named('twice') });
    expect((await send(other)).answer.errors[0].extensions).toMatchObject({ code: 'CONFLICT', argument: 'version' });
  });

  it("is no version of the operator's own detectors, whose users it would be given", async () => {
    const [own] = bed.services.registry.list();
    const { answer } = await send(modelZip(TINY, { manifest: named(own?.name ?? '', '99.0.0') }));
    expect(answer.errors[0]).toMatchObject({
      message: expect.stringContaining("this server's own folder of models"),
      extensions: { code: 'CONFLICT', argument: 'name' },
    });
    expect((await bed.services.registry.find(own?.name ?? '')).version).toBe(own?.version);
  });

  it('expires as every upload does', async () => {
    const { body } = await bed.put(modelZip(TINY));
    await bed.test.database.query({
      text: `UPDATE upload SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second' WHERE id = $1`,
      values: [body.id],
    });
    expect((await register(body.id)).errors[0].extensions.code).toBe('NOT_FOUND');
    await bed.services.uploads.sweep();
    expect(bed.stored()).not.toContain(body.id);
  });
});

describe('one of models/ under another name', () => {
  let queue: JobQueue;
  let worker: JobWorker;
  beforeAll(async () => {
    const { database, url } = bed.test;
    const { registry, log } = bed.services;
    queue = await createQueue({ database, log });
    bed.services.queue = queue;
    const config = { executionProviders: ['cpu' as const], modelsDir: bed.dataDir, webhookHosts: [] };
    worker = await startWorker({ database, databaseUrl: url, registry, queue, log, config });
  });
  afterAll(() => worker.stop());

  it('is put, registered, listed as ready, and works in a run', async () => {
    await insertImages(bed.test.database, join(bed.dataDir, 'Images_png'), 1);
    const model = join(PROJECT_ROOT, 'models', 'phantom-single');
    const { answer } = await send(modelZip(model, { manifest: named('sent-phantom', '7.0.0'), within: 'phantom/' }));
    expect(answer.errors).toBeUndefined();
    const { data } = await bed.graph(
      '{ detectors(filter: { name: "sent-phantom" }) { nodes { version ready notReadyReason } } }',
    );
    expect(data.detectors.nodes).toEqual([{ version: '7.0.0', ready: true, notReadyReason: null }]);
    const started = await bed.graph(
      'mutation { runDetection(input: { detector: "sent-phantom", dataset: "small" }) { run { id } } }',
    );
    const { id } = started.data.runDetection.run;
    const RUN = `{ detectionRun(id: "${id}") { status error progress { completed failed total } detector { name version } } }`;
    for (;;) {
      const { detectionRun } = (await bed.graph(RUN)).data;
      if (['QUEUED', 'RUNNING'].includes(detectionRun.status)) continue;
      expect(detectionRun).toEqual({
        status: 'SUCCEEDED',
        error: null,
        progress: { completed: 1, failed: 0, total: 1 },
        detector: { name: 'sent-phantom', version: '7.0.0' },
      });
      return;
    }
  }, 300_000);
});

describe('a mutation that is asked about the wrong thing says so', () => {
  it.each([
    ['nothing', {}],
    ['null', { folder: null, uploadId: null }],
    ['both', { folder: 'x', uploadId: 'x' }],
  ])('registerDetector about %s', async (_what, input) => {
    const { errors } = await bed.graph(REGISTER, { input });
    expect(errors[0].message).toBe('Expected exactly one of folder and uploadId.');
    expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it.each(['', 'x', '../../etc', `\u202e${'e\u0301'.repeat(10_000)}`, 'A'.repeat(22)])(
    'registerDetector about an id that is none: %j',
    async (uploadId) => {
      const { errors } = await register(uploadId);
      expect(errors[0].extensions).toMatchObject({ code: 'NOT_FOUND', argument: 'uploadId' });
    },
  );

  it.each(['\0', '\ud800'])('registerDetector about a text that no database keeps: %j', async (uploadId) => {
    expect((await register(uploadId)).errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });

  it('registerDetector about a model whose files are on another server', async () => {
    const { body } = await bed.put(modelZip(TINY));
    rmSync(bed.services.uploads.imageRoot(body.id), { recursive: true });
    const { errors } = await register(body.id);
    expect(errors[0].extensions).toMatchObject({ code: 'NOT_FOUND', argument: 'uploadId' });
    expect(errors[0].message).toMatch(/files of the upload are not on this server/);
  });

  it('registerDetector about a picture', async () => {
    const { body } = await bed.put(slice);
    const { errors } = await register(body.id);
    expect(errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'uploadId' });
    expect(errors[0].message).toMatch(/Expected the upload of a MODEL.* this one is PNG/);
  });

  it('detectInImage and pictures about a model', async () => {
    const { body } = await bed.put(modelZip(TINY));
    const { errors } = await bed.graph(DETECT, { input: { upload: body.id, detector: 'tiny-constant' } });
    expect(errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'upload' });
    expect(errors[0].message).toMatch(/this one is a MODEL: registerDetector/);
    expect((await bed.get(`/uploads/${body.id}/1.png`)).status).toBe(400);
  });
});
