import { ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { Evaluation } from './evaluation';

@ObjectType({ description: 'Result of evaluateDetectionRun.' })
export class EvaluateDetectionRunPayload {
  constructor(evaluation: Evaluation) {
    this.evaluation = evaluation;
  }

  @Property(() => Evaluation, 'The evaluation; the stored evaluation if the same protocol was applied before.')
  readonly evaluation: Evaluation;
}
