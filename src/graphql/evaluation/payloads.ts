import { ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { Evaluation } from './evaluation';

@ObjectType({ description: 'What evaluateDetectionRun answers.' })
export class EvaluateDetectionRunPayload {
  constructor(evaluation: Evaluation) {
    this.evaluation = evaluation;
  }

  @Property(() => Evaluation, 'The evaluation; the stored one where the same protocol was applied before.')
  readonly evaluation: Evaluation;
}
