import { GraphQLDateTime } from 'graphql-scalars';
import { ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import type { EvaluatedStratum, EvaluationRow } from '../../results';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { EvaluationProtocolType } from './evaluationProtocol';

@ObjectType({ description: 'A part of the lesions that an evaluation has curves of.' })
export class Stratum {
  constructor(readonly row: EvaluatedStratum) {}

  @Property(
    () => String,
    'Name, as the curves take it: `ALL`, `coarse-type:LUNG`, `size:under-10mm`, `size:10-30mm`, `size:over-30mm`, `pseudo-cluster:…`.',
  )
  get name(): string {
    return this.row.stratum;
  }

  @Column(() => Int, 'Lesions in it.')
  declare readonly lesionCount: number;
}

@ObjectType({
  implements: Node,
  description: 'One protocol applied to one detection run, with integers behind every figure.',
})
export class Evaluation implements Node {
  constructor(readonly row: EvaluationRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Evaluation', this.row.id);
  }

  @Property(() => EvaluationProtocolType, 'Everything that determines its figures.')
  get protocol(): EvaluationProtocolType {
    return new EvaluationProtocolType(this.row.protocol);
  }

  @Column(() => String, 'SHA-256 of the protocol: figures are comparable where it is the same but for the detector.')
  declare readonly protocolKey: string;

  @Column(() => Int, 'Images that were evaluated.')
  declare readonly imageCount: number;

  @Column(() => Int, 'Lesions that were evaluated.')
  declare readonly lesionCount: number;

  @Column(() => Int, 'Detections that were evaluated.')
  declare readonly detectionCount: number;

  @Column(() => GraphQLDateTime, 'When it was made (UTC).')
  declare readonly createdAt: Date;
}

export const EvaluationConnection = connectionOf(Evaluation, 'Evaluation', 'evaluations');
