import {
  imageFilterOf,
  inputOf,
  newRunStateOf,
  otherConditions,
  searchOfNewRun,
  withoutOthers,
} from '../../../web/app/pages/newRun/search';
import { thresholdsOf } from '../../../web/app/pages/newRun/thresholds';

const DETECTOR = { name: 'phantom-multi', version: '1.0.0' };

describe('the address of a new run', () => {
  it('reads what it wrote, and leaves out what is as by default', () => {
    expect(Object.values(searchOfNewRun(newRunStateOf({}))).every((value) => value === undefined)).toBe(true);
    const search = {
      dataset: 'demo',
      detector: 'phantom-multi@1.0.0',
      type: 'LUNG,LIVER',
      split: 'TEST',
      sex: 'FEMALE',
      age: '40..60',
      size: '10..',
      cluster: 'CLUSTER',
      px: 'all',
      score: '0.25',
      max: '20',
      k: '3',
      iou: '0.333,0.666',
      p: 'background',
    };
    expect(searchOfNewRun(newRunStateOf(search))).toMatchObject(search);
  });

  it('takes numbers within their bounds only', () => {
    const state = newRunStateOf({ score: '2', max: '0', k: '1.5', iou: 'x,0.2,7', p: 'urgent' });
    expect(state).toMatchObject({
      scoreThreshold: undefined,
      maxDetections: undefined,
      topK: undefined,
      iouThresholds: [0.2],
      priority: 'auto',
    });
  });
});

describe('the request of a new run', () => {
  it('is for all images with pixels if nothing is chosen', () => {
    expect(inputOf(newRunStateOf({}), 'demo', DETECTOR)).toEqual({
      detector: 'phantom-multi',
      detectorVersion: '1.0.0',
      dataset: 'demo',
      filter: { hasPixels: true },
    });
    expect(inputOf(newRunStateOf({ px: 'all' }), 'demo', DETECTOR)).not.toHaveProperty('filter');
  });

  it('asks for images with one lesion that fits all facets', () => {
    const state = newRunStateOf({ type: 'LUNG', size: '..30', split: 'TEST', p: 'normal', score: '0.5' });
    expect(inputOf(state, 'demo', DETECTOR, 'https://example.org/hook')).toEqual({
      detector: 'phantom-multi',
      detectorVersion: '1.0.0',
      dataset: 'demo',
      filter: { lesion: { coarseType: ['LUNG'], split: ['TEST'], longDiameterMm: { lte: 30 } }, hasPixels: true },
      priority: 'NORMAL',
      scoreThreshold: 0.5,
      webhookUrl: 'https://example.org/hook',
    });
    expect(imageFilterOf(newRunStateOf({}).lesions, 'demo')).toEqual({});
  });
});

describe('conditions that the form has no field for', () => {
  it('are said, and can be left out without the others', () => {
    const { lesions } = newRunStateOf({ type: 'LUNG', noisy: '0', patient: '17' });
    expect(otherConditions(lesions)).toEqual(['a lesion that is no noise', 'of patient 17']);
    expect(otherConditions(withoutOthers(lesions))).toEqual([]);
    expect(withoutOthers(lesions).types).toEqual(['LUNG']);
  });
});

describe('IoU thresholds as someone types them', () => {
  it('are the numbers between 0 and 1, each once', () => {
    expect(thresholdsOf('0.25, 0.333;0.25  x 1 0 0.9')).toEqual([0.25, 0.333, 0.9]);
    expect(thresholdsOf('')).toEqual([]);
  });
});
