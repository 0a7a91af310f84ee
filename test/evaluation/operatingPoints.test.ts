import fc from 'fast-check';
import {
  allLesions,
  bootstrapOperatingPoint,
  chooseOperatingPoint,
  frocCurvesOneToOne,
  type ImageBoxes,
  oneToOneOutcome,
  operatingPoints,
  packImages,
  rankDetections,
  ratesOf,
  readFroc,
  thinPoints,
} from '../../src/evaluation';
import { anyImages, tiedScores } from './randomImages';

function subjectOf(images: readonly ImageBoxes[]) {
  const packed = packImages(images);
  const ranking = rankDetections(packed);
  const stratum = allLesions(packed.lesionBoxes.length / 4);
  const outcome = oneToOneOutcome(packed, ranking, stratum, 0.5);
  const subject = { images: packed, ranking, outcome, lesionCount: stratum.lesions.length };
  const sizes = { lesionCount: subject.lesionCount, imageCount: packed.imageCount };
  return { subject, sizes, stratum, columns: operatingPoints(subject) };
}

const lesion = [0, 0, 40, 40] as const;
const elsewhere = [200, 200, 240, 240] as const;
const EXAMPLE: ImageBoxes[] = [
  {
    lesions: [lesion],
    detections: [
      [...lesion, 0.9],
      [...elsewhere, 0.5],
    ],
  },
  {
    lesions: [lesion],
    detections: [
      [...elsewhere, 0.7],
      [...lesion, 0.5],
    ],
  },
];

describe('operating points', () => {
  it('are one for each distinct score, after one without any detection', () => {
    const { columns } = subjectOf(EXAMPLE);
    expect([...columns.scoreThresholds].slice(1)).toEqual([0.9, 0.7, 0.5]);
    expect([...columns.truePositives]).toEqual([0, 1, 1, 2]);
    expect([...columns.falsePositives]).toEqual([0, 0, 1, 2]);
  });

  it.each([
    [{ scoreThreshold: 0.6 }, { scoreThreshold: 0.7, truePositives: 1, falsePositives: 1 }],
    [{ scoreThreshold: 0.95 }, { scoreThreshold: null, truePositives: 0, falsePositives: 0 }],
    // The threshold 0.7 adds a false positive and no hit.
    [{ falsePositivesPerImage: 0.5 }, { scoreThreshold: 0.9, truePositives: 1, falsePositives: 0 }],
    [{ falsePositivesPerImage: 16 }, { scoreThreshold: 0.5, truePositives: 2, falsePositives: 2 }],
    [{ sensitivityAtLeast: 0.75 }, { scoreThreshold: 0.5, truePositives: 2, falsePositives: 2 }],
    [{ precisionAtLeast: 0.75 }, { scoreThreshold: 0.9, truePositives: 1, falsePositives: 0 }],
  ])('are chosen by %j', (choice, point) => {
    const { columns, sizes } = subjectOf(EXAMPLE);
    expect(chooseOperatingPoint(columns, sizes, choice)).toEqual(point);
  });

  it('are none where the detector does not get there', () => {
    const { columns, sizes } = subjectOf([{ lesions: [lesion], detections: [[...elsewhere, 0.9]] }]);
    expect(chooseOperatingPoint(columns, sizes, { sensitivityAtLeast: 0.1 })).toBeNull();
    expect(chooseOperatingPoint(columns, sizes, { precisionAtLeast: 0.1 })).toBeNull();
  });

  it('have the sensitivity of the stored FROC at every rate', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), fc.constantFrom(0.125, 0.5, 1, 4), (images, rate) => {
        const { subject, sizes, stratum, columns } = subjectOf(images);
        const [curve] = frocCurvesOneToOne(subject.images, subject.ranking, stratum, Float64Array.of(0.5));
        const point = chooseOperatingPoint(columns, sizes, { falsePositivesPerImage: rate })!;
        expect(ratesOf(point, sizes).sensitivity).toBe(readFroc(curve!, rate).sensitivity);
      }),
    );
  });

  it('read as rates, and as nothing where there is nothing to divide by', () => {
    expect(ratesOf({ truePositives: 3, falsePositives: 1 }, { lesionCount: 6, imageCount: 4 })).toEqual({
      sensitivity: 0.5,
      falsePositivesPerImage: 0.25,
      precision: 0.75,
      f1: 0.6,
    });
    expect(ratesOf({ truePositives: 0, falsePositives: 0 }, { lesionCount: 0, imageCount: 0 })).toEqual({
      sensitivity: null,
      falsePositivesPerImage: null,
      precision: null,
      f1: null,
    });
  });

  it('are thinned to a number of points that keeps both ends', () => {
    const { columns } = subjectOf(EXAMPLE);
    expect(thinPoints(columns, 2).map(({ scoreThreshold }) => scoreThreshold)).toEqual([null, 0.5]);
    expect(thinPoints(columns, 100)).toHaveLength(4);
    expect(thinPoints(subjectOf([{ lesions: [], detections: [] }]).columns, 10)).toHaveLength(1);
  });
});

describe('bootstrapOperatingPoint', () => {
  const images: ImageBoxes[] = Array.from({ length: 20 }, (_, at) => ({
    lesions: [lesion],
    detections: at % 2 === 0 ? [[...lesion, 0.9]] : [[...elsewhere, 0.9]],
  }));
  const intervalsOf = (patientOf: Int32Array) => {
    const { subject } = subjectOf(images);
    const imageOfLesions = Int32Array.from(images, (_, at) => at);
    const patientCount = Math.max(...patientOf) + 1;
    return bootstrapOperatingPoint(subject, imageOfLesions, 0.9, { patientOf, patientCount, resamples: 200, seed: 1 });
  };

  it('holds what was measured', () => {
    const { sensitivity, falsePositivesPerImage, precision } = intervalsOf(Int32Array.from(images, (_, at) => at));
    for (const interval of [sensitivity, falsePositivesPerImage, precision]) {
      expect(interval!.low).toBeLessThan(0.5);
      expect(interval!.high).toBeGreaterThan(0.5);
    }
  });

  it('is none for one patient', () => {
    expect(intervalsOf(new Int32Array(images.length)).sensitivity).toBeNull();
  });
});
