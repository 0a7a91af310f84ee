import { GraphQLDateTime } from 'graphql-scalars';
import { ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import {
  comparisonKey,
  describeStratum,
  type EvaluatedStratum,
  type EvaluationRow,
  evaluationKey,
  type StratumKind,
} from '../../results';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { StratumKindEnum } from './enums';
import { EvaluationProtocolType } from './evaluationProtocol';

@ObjectType({ description: 'A subset of the lesions for which an evaluation has curves.' })
export class Stratum {
  constructor(
    readonly row: EvaluatedStratum,
    /** id of the categorization whose pseudo-clusters are strata of the evaluation; null without one */
    readonly categorization: string | null,
  ) {}

  @Property(
    () => String,
    'Name of the stratum, as used by the curves: `ALL`, `coarse-type:LUNG`, `size:under-10mm`, ' +
      '`size:10-30mm`, `size:over-30mm`, `pseudo-cluster:INDEX` with the `clusterIndex` of a pseudo-cluster in the categorization of the protocol.',
  )
  get name(): string {
    return this.row.stratum;
  }

  @Property(() => StratumKindEnum, 'What its lesions have in common.')
  get kind(): StratumKind {
    return describeStratum(this.row.stratum).kind;
  }

  @Property(
    () => String,
    'Which stratum of its kind: a value of `CoarseType`, a size band (`under-10mm`, `10-30mm`, `over-30mm`), the ' +
      '`clusterIndex` of a pseudo-cluster. Null for all lesions.',
    { nullable: true },
  )
  get key(): string | null {
    return describeStratum(this.row.stratum).key;
  }

  @Column(() => Int, 'Number of lesions in it.')
  declare readonly lesionCount: number;
}

@ObjectType({
  implements: Node,
  description: 'The result of one protocol on one detection run. Every metric is stored with its integer counts.',
})
export class Evaluation implements Node {
  constructor(readonly row: EvaluationRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Evaluation', evaluationKey(this.row));
  }

  @Property(() => EvaluationProtocolType, 'All settings that determine the metrics.')
  get protocol(): EvaluationProtocolType {
    return new EvaluationProtocolType(this.row.protocol);
  }

  @Column(
    () => String,
    'SHA-256 of the whole protocol, with the numbers of images, lesions and detections that were evaluated: evaluating a ' +
      'run again with the same protocol gives the stored evaluation. `comparisonKey` tells which evaluations are comparable.',
  )
  declare readonly protocolKey: string;

  @Property(
    () => String,
    'SHA-256 of the rules that metrics have to share to be comparable: data set version, policy for possibly noisy ' +
      'lesions, rules of a hit, minimum score, and reviews. Evaluations of two detectors with the same key can be compared.',
  )
  get comparisonKey(): string {
    return comparisonKey(this.row);
  }

  @Column(() => Int, 'Number of images that were evaluated.')
  declare readonly imageCount: number;

  @Column(() => Int, 'Number of lesions that were evaluated.')
  declare readonly lesionCount: number;

  @Column(() => Int, 'Number of detections that were evaluated.')
  declare readonly detectionCount: number;

  @Column(() => GraphQLDateTime, 'Time of the evaluation (UTC).')
  declare readonly createdAt: Date;
}

export const EvaluationConnection = connectionOf(Evaluation, 'Evaluation', 'evaluations');
