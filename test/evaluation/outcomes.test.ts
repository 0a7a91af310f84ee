import fc from 'fast-check';
import {
  allLesions,
  bestOverlapOfLesions,
  codeOfKind,
  codeOfOutcome,
  type DetectionOutcomes,
  findErrors,
  findOutcomes,
  findOverlaps,
  frocOutcome,
  HIT,
  type ImageBoxes,
  isFalsePositive,
  leastHits,
  matchCoco,
  OUTCOME_KINDS,
  type OutcomeRules,
  oneToOneOutcome,
  overlapOf,
  packImages,
  rankDetections,
  type ScoredImages,
  type Stratum,
  toCocoThresholds,
} from '../../src/evaluation';
import { TRUE_POSITIVE } from '../../src/evaluation/cocoMatch';
import { anyImages, tiedScores } from './randomImages';

const anyThreshold = fc.constantFrom(100, 250, 500, 750, 950);
const anyOverlap = fc.constantFrom(
  overlapOf('IOU', 'CONTINUOUS'),
  overlapOf('IOU', 'INCLUSIVE'),
  overlapOf('IOBB', 'INCLUSIVE'),
);

interface Subject {
  images: ScoredImages;
  ranking: ReturnType<typeof rankDetections>;
  stratum: Stratum;
}

/** @param every the stratum has each lesion whose number is a multiple */
function subjectOf(boxes: readonly ImageBoxes[], every: number): Subject {
  const images = packImages(boxes);
  const { lesions } = allLesions(images.lesionBoxes.length / 4);
  const stratum = { name: 'some', lesions: lesions.filter((lesion) => lesion % every === 0) };
  return { images, ranking: rankDetections(images), stratum };
}

/** Hits, false positives and missed lesions from a score on, as sums over the outcomes. */
function sumsFrom({ images, stratum }: Subject, rules: OutcomeRules, outcomes: DetectionOutcomes, score: number) {
  const isCounted = (row: number): boolean => images.scores[outcomes.detection[row]!]! >= score;
  const kinds = [...outcomes.kind].filter((_, row) => isCounted(row)).map((code) => OUTCOME_KINDS[code]!);
  return {
    hits: kinds.filter((kind) => kind === 'HIT').length,
    falsePositives: kinds.filter((kind) => isFalsePositive(kind, rules)).length,
    missed: [...stratum.lesions].filter((lesion) => {
      const by = outcomes.hitBy[lesion]!;
      return by < 0 || images.scores[by]! < score;
    }).length,
  };
}

const anySubject = fc
  .tuple(anyImages(tiedScores), fc.constantFrom(1, 2, 3))
  .map(([boxes, every]) => subjectOf(boxes, every));
const background = 0.05;

describe('the outcomes of detections', () => {
  it('sum up to the FROC of the public codes at every score threshold', () => {
    fc.assert(
      fc.property(anySubject, anyThreshold, anyOverlap, (subject, milli, overlap) => {
        const { images, ranking, stratum } = subject;
        const leastHit = leastHits(Float64Array.of(milli / 1000), 'GREATER_OR_EQUAL')[0]!;
        const pairs = findOverlaps(images, ranking, overlap, leastHit);
        const { hits, isFalse } = frocOutcome(ranking, pairs, stratum, leastHit);
        const rules: OutcomeRules = {
          finds: 'EVERY',
          leastHit,
          backgroundOverlap: background,
          overlap,
          maxDetections: Infinity,
        };
        const outcomes = findOutcomes(images, ranking, stratum, rules);
        for (const score of new Set([0, 2, ...images.scores])) {
          const from = [...images.scores.keys()].filter((detection) => images.scores[detection]! >= score);
          const found = from.reduce((sum, detection) => sum + hits[detection]!, 0);
          expect(sumsFrom(subject, rules, outcomes, score)).toEqual({
            hits: found,
            falsePositives: from.reduce((sum, detection) => sum + isFalse[detection]!, 0),
            missed: stratum.lesions.length - found,
          });
        }
      }),
    );
  });

  it('sum up to the FROC with COCO’s matching, and to what the average precision counts', () => {
    fc.assert(
      fc.property(anySubject, anyThreshold, fc.constantFrom(2, 100), (subject, milli, maxDetections) => {
        const { images, ranking, stratum } = subject;
        const leastHit = toCocoThresholds([milli])[0]!;
        const overlap = overlapOf('IOU', 'CONTINUOUS');
        const rules: OutcomeRules = { finds: 'ONE', leastHit, backgroundOverlap: background, overlap, maxDetections };
        const outcomes = findOutcomes(images, ranking, stratum, rules);
        const { hits, isFalse } = oneToOneOutcome(images, ranking, stratum, leastHit);
        const counted = [...images.scores.keys()].filter(
          (detection) => ranking.rankInImage[detection]! < maxDetections,
        );
        for (const score of new Set([0, 2, ...images.scores])) {
          const from = counted.filter((detection) => images.scores[detection]! >= score);
          const found = from.reduce((sum, detection) => sum + hits[detection]!, 0);
          expect(sumsFrom(subject, rules, outcomes, score)).toEqual({
            hits: found,
            falsePositives: from.reduce((sum, detection) => sum + isFalse[detection]!, 0),
            missed: stratum.lesions.length - found,
          });
        }
      }),
    );
  });

  it('sum up to COCO’s true positives among all lesions', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), anyThreshold, (boxes, milli) => {
        const { images, ranking, stratum } = subjectOf(boxes, 1);
        const leastHit = toCocoThresholds([milli])[0]!;
        const rules: OutcomeRules = {
          finds: 'ONE',
          leastHit,
          backgroundOverlap: background,
          overlap: overlapOf('IOU', 'CONTINUOUS'),
          maxDetections: 100,
        };
        const { kind } = findOutcomes(images, ranking, stratum, rules);
        const coco = matchCoco(images, ranking, Float64Array.of(leastHit), { low: 0, high: 1e10 }, 100);
        expect(kind.filter((code) => code === codeOfOutcome('HIT'))).toHaveLength(
          coco.outcome.filter((outcome) => outcome === TRUE_POSITIVE).length,
        );
      }),
    );
  });

  it('sum up to the accuracy of the paper, whose hits lie above the threshold', () => {
    fc.assert(
      fc.property(anySubject, anyThreshold, fc.constantFrom(1, 2, 5), (subject, milli, topK) => {
        const { images, ranking, stratum } = subject;
        const leastHit = leastHits(Float64Array.of(milli / 1000), 'GREATER')[0]!;
        const overlap = overlapOf('IOU', 'CONTINUOUS');
        const best = bestOverlapOfLesions(images, ranking, topK, overlap);
        const rules: OutcomeRules = {
          finds: 'EVERY',
          leastHit,
          backgroundOverlap: background,
          overlap,
          maxDetections: topK,
        };
        const outcomes = findOutcomes(images, ranking, stratum, rules);
        expect(sumsFrom(subject, rules, outcomes, 0).hits).toBe(
          stratum.lesions.filter((lesion) => best[lesion]! > milli / 1000).length,
        );
      }),
    );
  });

  it('are the kinds of TIDE where those ignore classes', () => {
    fc.assert(
      fc.property(anyImages(tiedScores), (boxes) => {
        const { images, ranking, stratum } = subjectOf(boxes, 1);
        const overlap = overlapOf('IOU', 'CONTINUOUS');
        const rules = { finds: 'ONE', leastHit: 0.5, backgroundOverlap: 0.1, overlap, maxDetections: 100 } as const;
        const { detection, kind } = findOutcomes(images, ranking, stratum, rules);
        const errors = findErrors(images, ranking, { iouThreshold: 0.5, backgroundIou: 0.1, maxDetections: 100 });
        const codes = { HIT, DUPLICATE: codeOfKind('DUPLICATE'), LOCALIZATION: codeOfKind('LOCALIZATION') };
        for (const [name, code] of Object.entries(codes))
          expect([...detection].filter((_, row) => OUTCOME_KINDS[kind[row]!] === name)).toEqual(
            [...detection].filter((one) => errors.outcome[one] === code),
          );
      }),
    );
  });

  it('say of one detection on two lesions that it hits both where it may, and then that a second one is a duplicate', () => {
    const boxes: ImageBoxes[] = [
      {
        lesions: [
          [0, 0, 10, 10],
          [2, 0, 12, 10],
        ],
        detections: [
          [1, 0, 11, 10, 0.9],
          [1, 0, 11, 10, 0.8],
          [1, 0, 30, 10, 0.7],
          [50, 50, 60, 60, 0.6],
        ],
      },
    ];
    const { images, ranking, stratum } = subjectOf(boxes, 1);
    const rules = { leastHit: 0.5, backgroundOverlap: 0.1, overlap: overlapOf('IOU', 'CONTINUOUS'), maxDetections: 3 };
    const kindsOf = (finds: OutcomeRules['finds']) =>
      [...findOutcomes(images, ranking, stratum, { ...rules, finds }).kind].map((code) => OUTCOME_KINDS[code]);
    expect(kindsOf('EVERY')).toEqual(['HIT', 'HIT', 'DUPLICATE', 'LOCALIZATION', 'LEFT_OUT']);
    expect(kindsOf('ONE')).toEqual(['HIT', 'HIT', 'LOCALIZATION', 'LEFT_OUT']);
  });
});
