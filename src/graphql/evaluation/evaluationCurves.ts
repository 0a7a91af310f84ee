/** The types of what is computed from the boxes of an evaluation: calibration and scenarios. */
import { Float, Int, ObjectType } from 'type-graphql';
import type { CalibrationBin as BinRow } from '../../evaluation';
import type { BandedValue, CalibrationReport, ScenarioReport } from '../../results';
import { Column, Property } from '../core/property';
import { Interval, intervalOf, OF_PATIENTS } from './interval';

@ObjectType({ description: 'The detections with scores from low to high, and how many of them hit a lesion.' })
export class CalibrationBin {
  constructor(readonly row: BinRow) {}

  @Column(() => Float, 'Scores from here, 0 to 1.')
  declare readonly low: number;

  @Column(() => Float, 'Scores below this, 0 to 1; the last bin includes it.')
  declare readonly high: number;

  @Column(() => Int, 'Number of detections.')
  declare readonly count: number;

  @Column(() => Int, 'Number of detections that hit.')
  declare readonly hits: number;

  @Column(() => Float, 'Mean score of the detections, 0 to 1. Null without detections.', { nullable: true })
  declare readonly meanScore: number | null;

  @Column(() => Float, 'hits / count, 0 to 1. Null without detections.', { nullable: true })
  declare readonly hitShare: number | null;

  @Property(() => Interval, `Interval of hitShare. ${OF_PATIENTS}`, { nullable: true })
  get hitShareInterval(): Interval | null {
    return intervalOf(this.row.interval);
  }
}

@ObjectType({
  description:
    'Whether scores can be read as probabilities of a hit: the reliability curve and the detection expected calibration ' +
    'error (D-ECE on the score alone; Küppers et al. 2020). Hits are those of the average precision: at or above the ' +
    'IoU threshold a box takes one lesion, a second box on it is wrong, and at most 100 detections per image count. ' +
    'In a stratum, the detections on images with a lesion of it count, and a hit on any lesion is a hit.',
})
export class Calibration {
  constructor(readonly row: CalibrationReport) {}

  @Column(() => Float, 'IoU threshold of a hit, 0 to 1.')
  declare readonly iouThreshold: number;

  @Column(() => String, 'The stratum.')
  declare readonly stratum: string;

  @Column(() => Int, 'Number of images whose detections count.')
  declare readonly imageCount: number;

  @Column(() => Int, 'Number of detections that count.')
  declare readonly count: number;

  @Column(() => Int, 'Number of detections that hit.')
  declare readonly hits: number;

  @Column(
    () => Float,
    'Expected calibration error, 0 to 1: the mean of |hitShare − meanScore| over the bins, each weighing as many ' +
      'detections as it has. Null without detections.',
    { nullable: true },
  )
  declare readonly expectedError: number | null;

  @Property(() => Interval, `Interval of expectedError. ${OF_PATIENTS}`, { nullable: true })
  get expectedErrorInterval(): Interval | null {
    return intervalOf(this.row.expectedErrorInterval);
  }

  @Column(
    () => Float,
    'Maximum calibration error, 0 to 1: the greatest |hitShare − meanScore| of a bin. Null without detections.',
    { nullable: true },
  )
  declare readonly maximumError: number | null;

  @Property(() => [CalibrationBin], 'The bins, equally wide, by ascending score.')
  get bins(): CalibrationBin[] {
    return this.row.bins.map((bin) => new CalibrationBin(bin));
  }
}

@ObjectType({ description: 'A metric from 0 to 1 with its confidence interval.' })
export class BandedMetric {
  constructor(readonly row: BandedValue) {}

  @Column(() => Float, 'The value, 0 to 1. Null if there are no lesions.', { nullable: true })
  declare readonly value: number | null;

  @Property(() => Interval, `Interval of the value. ${OF_PATIENTS}`, { nullable: true })
  get interval(): Interval | null {
    return intervalOf(this.row.interval);
  }
}

@ObjectType({
  description:
    'What a detector does on lesions of your choice. Intervals are 95 % confidence intervals of 200 resamples of patients.',
})
export class Scenario {
  constructor(readonly row: ScenarioReport) {}

  @Column(() => String, 'Name of the stratum, as requested.')
  declare readonly name: string;

  @Column(() => Int, 'Number of evaluated lesions that fit its filter.')
  declare readonly lesionCount: number;

  @Property(() => BandedMetric, 'Accuracy at the IoU threshold, by the topK of the run.')
  get accuracy(): BandedMetric {
    return new BandedMetric(this.row.accuracy);
  }

  @Property(() => BandedMetric, 'Sensitivity at the rate of false positives per image, matched like the FROC.')
  get sensitivity(): BandedMetric {
    return new BandedMetric(this.row.sensitivity);
  }

  @Property(() => BandedMetric, 'Average precision at the IoU threshold.')
  get averagePrecision(): BandedMetric {
    return new BandedMetric(this.row.averagePrecision);
  }
}
