import { encodeHounsfield } from '../imaging/png';
import { killChildren } from '../killChild';
import { fixtureModel, modelZip } from './modelZip';
import { DETECT, REGISTER, startUploadBed, type UploadBed } from './uploadBed';

const INFERENCE = 'inference/inferenceProcess';

(process.platform === 'linux' ? describe : describe.skip)(
  'an inference process that is killed while it opens a model',
  () => {
    let bed: UploadBed;
    beforeAll(async () => {
      bed = await startUploadBed();
    });
    afterAll(() => bed.stop());

    it('costs a detection in an upload nothing but time', async () => {
      const { body } = await bed.put(encodeHounsfield(64, 64, (x, y) => x * y));
      const input = { upload: body.id, detector: 'tiny-constant' };
      const [answer] = await Promise.all([bed.graph(DETECT, { input }), killChildren(INFERENCE, 1)]);
      expect(answer.data.detectInImage.detection).toMatchObject({ status: 'SUCCEEDED', error: null });
    });

    it('is no fault of the model that is registered', async () => {
      const { body } = await bed.put(
        modelZip(fixtureModel('models/tiny-constant'), { manifest: (json) => Object.assign(json, { name: 'sent' }) }),
      );
      const input = { uploadId: body.id };
      const [answer] = await Promise.all([bed.graph(REGISTER, { input }), killChildren(INFERENCE, 1)]);
      expect(answer.errors).toBeUndefined();
      expect(answer.data.registerDetector.detector.ready).toBe(true);
    });
  },
);
