import fc from 'fast-check';
import {
  allLesions,
  averagePrecisionFigure,
  COCO_THRESHOLDS,
  type ImageBoxes,
  imagesOfLesions,
  type PrecisionSubject,
  packImages,
  precisionBands,
  rankDetections,
  type ScoredImages,
  type Stratum,
  toCocoThresholds,
  valueOfFigure,
} from '../../src/evaluation';
import { classesOf, firstDifference, readCocoCases } from './cocoCases';
import { anyImages, tiedScores } from './randomImages';

const thresholds = toCocoThresholds(COCO_THRESHOLDS);
const draws = { resamples: 100, seed: 1 };

/** Each image is of a patient of its own, unless they are given. */
function subjectOf(images: ScoredImages, stratum?: Stratum, patientOf?: Int32Array): PrecisionSubject {
  const patientOfImages = patientOf ?? Int32Array.from({ length: images.imageCount }, (_, at) => at);
  const imageOf = imagesOfLesions(images);
  const chosen = stratum ?? allLesions(images.lesionBoxes.length / 4);
  return {
    images,
    ranking: rankDetections(images),
    stratum: chosen,
    maxDetections: 100,
    patientOfImages,
    patientsOfLesions: chosen.lesions.map((lesion) => patientOfImages[imageOf[lesion]!]!),
    patientCount: patientOfImages.length,
  };
}

const lesion = [0, 0, 40, 40] as const;
const elsewhere = [200, 200, 240, 240] as const;

describe('a precision–recall curve with bands', () => {
  it("has pycocotools' average precision and precisions, within 1e-6", () => {
    const single = readCocoCases().filter(({ c, truth }) => c === 1 && truth.every((row) => row[7] === 0));
    expect(single.length).toBeGreaterThan(100);
    for (const item of single) {
      const subject = subjectOf(classesOf(item)[0]!);
      const ap = Array.from(thresholds, (threshold) =>
        valueOfFigure(averagePrecisionFigure(subject, Float64Array.of(threshold))),
      );
      expect(firstDifference(ap, item.ap)).toBeNull();
      if (!item.precision) continue;
      const { points } = precisionBands(subject, thresholds[5]!, { ...draws, resamples: 0 });
      expect(
        firstDifference(
          points.map(({ precision }) => precision),
          item.precision,
        ),
      ).toBeNull();
    }
  });

  it('looks for the lesions of a stratum alone: hits on others are false positives', () => {
    const images = packImages([
      {
        lesions: [lesion, elsewhere],
        detections: [
          [...elsewhere, 0.9],
          [...lesion, 0.8],
        ],
      },
      { lesions: [lesion], detections: [[...lesion, 0.7]] },
    ]);
    const stratum = { name: 'own', lesions: Int32Array.of(0, 2) };
    const report = precisionBands(subjectOf(images, stratum), 0.5, draws);
    expect(report).toMatchObject({ lesionCount: 2, truePositives: 2, falsePositives: 1 });
    expect(report.averagePrecision).toBeCloseTo(2 / 3, 12);
    expect(report.points[0]).toMatchObject({ recall: 0, scoreThreshold: 0.8 });
  });

  it('counts a patient who was drawn twice as two patients with the same boxes', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (images: ImageBoxes[]) => {
        const figure = averagePrecisionFigure(subjectOf(packImages(images)), Float64Array.of(0.5));
        const twice = averagePrecisionFigure(subjectOf(packImages([...images, images[0]!])), Float64Array.of(0.5));
        // Equal scores of one patient follow one another, as those of copies of an image do not.
        const scores = new Set(images.flatMap(({ detections }) => detections.map((box) => box[4])));
        fc.pre(scores.size === images.reduce((sum, { detections }) => sum + detections.length, 0));
        const weights = Int32Array.from(images, (_, at) => (at === 0 ? 2 : 1));
        expect(figure.under(weights) || 0).toBeCloseTo(twice.under(null) || 0, 12);
      }),
      { numRuns: 30 },
    );
  });

  it('has bands that hold it, and none for one patient or without lesions', () => {
    const images = packImages(
      Array.from({ length: 30 }, (_, at) => ({
        lesions: [lesion],
        detections: [[...(at % 3 === 0 ? elsewhere : lesion), (at % 10) / 10] as never],
      })),
    );
    const { averagePrecision, averagePrecisionInterval, points } = precisionBands(subjectOf(images), 0.5, draws);
    expect(averagePrecisionInterval!.low).toBeLessThan(averagePrecision!);
    expect(averagePrecisionInterval!.high).toBeGreaterThan(averagePrecision!);
    expect(points).toHaveLength(101);
    for (const { interval } of points) expect(interval!.low).toBeLessThanOrEqual(interval!.high);
    const alone = precisionBands(subjectOf(images, undefined, new Int32Array(30)), 0.5, draws);
    expect(alone).toMatchObject({ averagePrecision, averagePrecisionInterval: null });
    expect(alone.points[3]!.interval).toBeNull();
    const none = precisionBands(subjectOf(images, { name: 'none', lesions: new Int32Array(0) }), 0.5, draws);
    expect(none).toMatchObject({ averagePrecision: null, averagePrecisionInterval: null, points: [], lesionCount: 0 });
  });
});
