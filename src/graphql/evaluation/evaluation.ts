import { GraphQLDateTime } from 'graphql-scalars';
import { ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import type { EvaluatedStratum, EvaluationRow } from '../../results';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Property } from '../core/property';
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

  @Property(() => Int, 'Lesions in it.')
  get lesionCount(): number {
    return this.row.lesionCount;
  }
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

  @Property(() => String, 'SHA-256 of the protocol: figures are comparable where it is the same but for the detector.')
  get protocolKey(): string {
    return this.row.protocolKey;
  }

  @Property(() => Int, 'Images that were evaluated.')
  get imageCount(): number {
    return this.row.imageCount;
  }

  @Property(() => Int, 'Lesions that were evaluated.')
  get lesionCount(): number {
    return this.row.lesionCount;
  }

  @Property(() => Int, 'Detections that were evaluated.')
  get detectionCount(): number {
    return this.row.detectionCount;
  }

  @Property(() => GraphQLDateTime, 'When it was made (UTC).')
  get createdAt(): Date {
    return this.row.createdAt;
  }
}

export const EvaluationConnection = connectionOf(Evaluation, 'Evaluation', 'evaluations');
