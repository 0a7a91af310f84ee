import { Float, Int, ObjectType } from 'type-graphql';
import {
  type OutcomeCounts as CountsRow,
  errorsOf,
  type ImageCounts,
  type MemoryPage,
  type Outcome as OutcomeRow,
} from '../../results';
import { connectionOf } from '../core/connection';
import type { ReadPage } from '../core/connectionPage';
import { encodeCursor } from '../core/cursor';
import { BoundingBox } from '../core/geometry';
import { Column, Property } from '../core/property';
import type { Evaluation } from './evaluation';
import type { OutcomeQuestion } from './outcomeArgs';
import { OutcomeKindEnum, OutcomeReasonEnum } from './outcomeEnums';

@ObjectType({ description: 'What became of one detection or one lesion under the rules of a metric.' })
export class Outcome {
  constructor(
    readonly row: OutcomeRow,
    readonly evaluation: Evaluation,
  ) {}

  @Column(() => OutcomeKindEnum, 'The kind.')
  declare readonly kind: OutcomeRow['kind'];

  @Column(
    () => Float,
    'Overlap with the lesion, as the metric measures it; of BACKGROUND the greatest with any lesion of the stratum, of ' +
      'MISSED the greatest of any detection. 0 to 1. Null for LEFT_OUT.',
    { nullable: true },
  )
  declare readonly overlap: number | null;

  @Column(() => Int, 'Rank of the detection in its image, starting at 1. Null for a lesion.', { nullable: true })
  declare readonly rank: number | null;

  @Column(() => Float, "The detection's score, 0 to 1. Null for a lesion.", { nullable: true })
  declare readonly score: number | null;

  @Column(() => OutcomeReasonEnum, 'Why. Null for hits, duplicates and most false positives.', { nullable: true })
  declare readonly reason: OutcomeRow['reason'];

  @Property(() => BoundingBox, "The box of the detection, or else of the lesion, in the data set's pixelConvention.")
  get boundingBox(): BoundingBox {
    return new BoundingBox(this.row.box);
  }
}

@ObjectType({ description: 'Numbers of outcomes by kind.' })
export class OutcomeCounts {
  constructor(readonly row: CountsRow) {}

  @Property(() => Int, 'Number of lesions that are found: the true positives.')
  get hits(): number {
    return this.row.HIT;
  }

  @Property(() => Int, 'Number of detections on lesions that others have found.')
  get duplicates(): number {
    return this.row.DUPLICATE;
  }

  @Property(() => Int, 'Number of detections that overlap with a lesion too little.')
  get localizations(): number {
    return this.row.LOCALIZATION;
  }

  @Property(() => Int, 'Number of detections that overlap with no lesion, or hardly.')
  get background(): number {
    return this.row.BACKGROUND;
  }

  @Property(() => Int, 'Number of lesions that no detection finds. With hits it makes all lesions of the stratum.')
  get missed(): number {
    return this.row.MISSED;
  }

  @Property(() => Int, 'Number of detections and lesions that do not count.')
  get leftOut(): number {
    return this.row.LEFT_OUT;
  }

  @Column(() => Int, 'Number of false positives: background and localizations, and duplicates in the matching of COCO.')
  declare readonly falsePositives: number;

  @Property(() => Int, 'Number of errors: falsePositives + missed.')
  get errors(): number {
    return errorsOf(this.row);
  }
}

@ObjectType({ description: 'The outcomes of one image in an evaluation.' })
export class ImageOutcomes {
  constructor(
    readonly row: ImageCounts,
    readonly evaluation: Evaluation,
    readonly question: OutcomeQuestion,
  ) {}

  @Property(() => OutcomeCounts, 'The outcomes by kind.')
  get counts(): OutcomeCounts {
    return new OutcomeCounts(this.row.counts);
  }
}

/** A page of a list that another thread keeps in memory. */
export class KeptPage<Node> implements ReadPage<Node> {
  constructor(
    private readonly ordering: string,
    private readonly page: MemoryPage<unknown>,
    readonly nodes: Node[],
    /** of all outcomes, if they were counted */
    readonly counts: CountsRow | null = null,
  ) {}

  readonly count = async (): Promise<number> => this.page.total;

  cursor(index: number): string | null {
    const position = this.page.positions.at(index);
    return position === undefined ? null : encodeCursor(this.ordering, position);
  }

  async hasNext(): Promise<boolean> {
    return this.page.hasNext;
  }

  async hasPrevious(): Promise<boolean> {
    return this.page.hasPrevious;
  }
}

export const OutcomeConnection = connectionOf(Outcome, 'Outcome', 'outcomes');
export const ImageOutcomesConnection = connectionOf(ImageOutcomes, 'ImageOutcomes', 'images');
