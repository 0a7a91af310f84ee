import fc from 'fast-check';
import {
  adjustByHolm,
  allLesions,
  averagePrecisionFigure,
  bootstrapFroc,
  bootstrapP,
  compareFigures,
  type Figure,
  frocCurvesOneToOne,
  type ImageBoxes,
  imagesOfLesions,
  oneToOneOutcome,
  packImages,
  rankDetections,
  readFroc,
  sensitivityFigure,
  shareFigure,
  valueOfFigure,
} from '../../src/evaluation';
import { anyImages, tiedScores } from './randomImages';

/** Two detectors on the same images: the second one has the detections of the first, turned by one image. */
function subjectOf(images: readonly ImageBoxes[]) {
  const packed = packImages(images);
  const ranking = rankDetections(packed);
  const stratum = allLesions(packed.lesionBoxes.length / 4);
  const patientOfImages = Int32Array.from(images, (_, at) => Math.floor(at / 2));
  const imageOf = imagesOfLesions(packed);
  return {
    images: packed,
    ranking,
    stratum,
    outcome: oneToOneOutcome(packed, ranking, stratum, 0.5),
    maxDetections: 100,
    patientOfImages,
    patientsOfLesions: stratum.lesions.map((lesion) => patientOfImages[imageOf[lesion]!]!),
    patientCount: Math.ceil(images.length / 2),
  };
}

const turned = (images: readonly ImageBoxes[]): ImageBoxes[] =>
  images.map(({ lesions }, at) => ({ lesions, detections: images[(at + 1) % images.length]!.detections }));

const FIGURES = {
  'a sensitivity': (images: readonly ImageBoxes[]): Figure => sensitivityFigure(subjectOf(images), 1),
  'an average precision': (images: readonly ImageBoxes[]): Figure =>
    averagePrecisionFigure(subjectOf(images), Float64Array.of(0.5, 0.75)),
};

const draws = { resamples: 100, seed: 3 };

describe.each(Object.entries(FIGURES))('%s', (_, figureOf) => {
  it('differs from itself by 0, in every draw', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (images) => {
        const { difference, interval, pValue } = compareFigures(figureOf(images), figureOf(images), draws);
        expect([0, null]).toContain(difference);
        if (interval) expect({ ...interval, pValue }).toEqual({ low: 0, high: 0, pValue: 1 });
      }),
      { numRuns: 30 },
    );
  });

  it('differs from another one as that one does from it, with the sign turned', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (images) => {
        const [a, b] = [figureOf(images), figureOf(turned(images))];
        const [there, back] = [compareFigures(a, b, draws), compareFigures(b, a, draws)];
        expect(there.pValue).toBe(back.pValue);
        expect(there.difference ?? 0).toBeCloseTo(-(back.difference ?? 0), 12);
        expect(there.interval?.low ?? 0).toBeCloseTo(-(back.interval?.high ?? 0), 12);
        expect(there.interval?.high ?? 0).toBeCloseTo(-(back.interval?.low ?? 0), 12);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a sensitivity', () => {
  it('is what the FROC reads, with its band', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), fc.constantFrom(0.125, 0.29, 1, 4), (images, rate) => {
        const subject = subjectOf(images);
        const figure = sensitivityFigure(subject, rate);
        const [curve] = frocCurvesOneToOne(subject.images, subject.ranking, subject.stratum, Float64Array.of(0.5));
        expect(valueOfFigure(figure)).toBe(readFroc(curve!, rate).sensitivity);
        const { patientOfImages: patientOf, patientCount } = subject;
        const [[band]] = bootstrapFroc(subject.images, subject.ranking, [subject.stratum], [subject.outcome], [rate], {
          patientOf,
          patientCount,
          ...draws,
        }) as [[{ low: number; high: number } | null]];
        const nothing = { patientCount: figure.patientCount, under: () => 0 };
        expect(compareFigures(figure, nothing, draws).interval).toEqual(band);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a share', () => {
  it('is null without lesions, and has no interval for one patient', () => {
    const none = shareFigure(new Uint8Array(0), new Int32Array(0), 1);
    expect(valueOfFigure(none)).toBeNull();
    const one = shareFigure(Uint8Array.of(1, 0), Int32Array.of(0, 0), 1);
    expect(compareFigures(one, one, draws)).toMatchObject({ first: 0.5, difference: 0, interval: null, pValue: null });
  });
});

describe('the p-value of a bootstrap', () => {
  it('is that of the rarer side of 0, never 0, and 1 where nothing differs', () => {
    expect(bootstrapP(Float64Array.of(0.1, 0.2, 0.3, 0.4))).toBeCloseTo(2 / 5, 12);
    expect(bootstrapP(Float64Array.of(-0.1, 0.2, 0.3, 0.4, Number.NaN))).toBeCloseTo(4 / 5, 12);
    expect(bootstrapP(new Float64Array(10))).toBe(1);
    expect(bootstrapP(new Float64Array(0))).toBeNull();
  });
});

describe('the correction of Holm', () => {
  it('is that of the textbook', () => {
    const adjusted = adjustByHolm([0.01, null, 0.04, 0.03, 0.005]);
    expect(adjusted.map((p) => p && Number(p.toFixed(12)))).toEqual([0.03, null, 0.06, 0.06, 0.02]);
  });

  it('keeps the order, never lowers a p-value and never leaves 0 … 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (ps) => {
        const adjusted = adjustByHolm(ps) as number[];
        for (const [i, p] of ps.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          for (const [j, other] of ps.entries()) if (p < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
        }
      }),
    );
  });
});
