/** What the fields of an evaluation ask for that is not stored. */
import { FROC_RATES, type OverlapCriterion, type PrecisionPoint } from '../../evaluation';
import type { CurveAnswers, QuestionAbout } from '../../results';
import type { GraphContext } from '../core/context';

/** @returns a function that answers as the given one did when it was first called */
export function once<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}

function askAbout<About extends keyof CurveAnswers>(
  { services, client, signal, inTurn }: GraphContext,
  evaluationId: number,
  question: QuestionAbout<About>,
): Promise<CurveAnswers[About]> {
  return inTurn(() => services.analyses.aboutCurves<About>(evaluationId, question, { client, signal }));
}

export function computeFroc(
  context: GraphContext,
  evaluationId: number,
  {
    falsePositivesPerImage: rates = [...FROC_RATES],
    ...selection
  }: {
    iouThreshold: number;
    stratum: string;
    criterion?: OverlapCriterion | null;
    falsePositivesPerImage?: number[];
  },
): Promise<CurveAnswers['froc']> {
  return askAbout(context, evaluationId, { about: 'froc', rates, selection });
}

export async function computePrecision(
  context: GraphContext,
  evaluationId: number,
  selection: { iouThreshold: number; stratum: string },
): Promise<readonly PrecisionPoint[]> {
  return (await askAbout(context, evaluationId, { about: 'precision', selection })).points;
}

export async function computeAveragePrecision(
  context: GraphContext,
  evaluationId: number,
  selection: { iouThreshold: number | null | undefined; stratum: string },
): Promise<number | null> {
  return (await askAbout(context, evaluationId, { about: 'averagePrecision', selection })).value;
}
