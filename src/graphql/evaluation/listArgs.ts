import { listArgsOf } from '../core/listArgs';
import { EvaluationOrderFieldEnum } from './enums';
import { EvaluationFilter } from './evaluationFilter';

export const EvaluationListArgs = listArgsOf(EvaluationFilter, 'Evaluation', 'evaluations', EvaluationOrderFieldEnum);
export type EvaluationListArgs = InstanceType<typeof EvaluationListArgs>;
