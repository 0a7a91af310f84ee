/** A thread that takes evaluations apart, and keeps the boxes of those that were asked for last. */
import { workerData } from 'node:worker_threads';
import { openDatabase } from '../database';
import { answerAboutCurves, EvaluationAnalyses, Leaderboards, OutcomeAnalyses } from '../results';
import { answerRequests } from '../threads';
import type { Analysis, AnalysisAnswer } from './analysisDesk';
import { BoardHelpers } from './boardHelpers';

// Passed by `AnalysisDesk`.
const { databaseUrl } = workerData as { databaseUrl: string };
const database = openDatabase(databaseUrl, { maxConnections: 1 });
const analyses = new EvaluationAnalyses(database);
// They end with this thread.
const helpers = new BoardHelpers(databaseUrl);
const boards = new Leaderboards(database, () => helpers.open());
const outcomes = new OutcomeAnalyses(analyses);

answerRequests(async (analysis: Analysis): Promise<AnalysisAnswer> => {
  switch (analysis.kind) {
    case 'errors':
      return { kind: 'errors', report: await analyses.errors(analysis.evaluationId, analysis.selection) };
    case 'point':
      return {
        kind: 'point',
        report: await analyses.operatingPoint(analysis.evaluationId, analysis.choice, analysis.selection),
      };
    case 'strata':
      return { kind: 'strata', strata: await analyses.strata(analysis.evaluationId) };
    case 'outcomes':
      return {
        kind: 'outcomes',
        page: await outcomes.outcomes(analysis.evaluationId, analysis.selection, analysis.window),
      };
    case 'images':
      return {
        kind: 'images',
        page: await outcomes.imagesByErrors(analysis.evaluationId, analysis.selection, analysis.window),
      };
    case 'curve':
      return {
        kind: 'curve',
        points: await analyses.operatingCurve(analysis.evaluationId, analysis.points, analysis.selection),
      };
    case 'curves':
      return { kind: 'curves', answer: await answerAboutCurves(analyses, analysis.evaluationId, analysis.question) };
    case 'board':
      return { kind: 'board', report: await boards.board(analysis.request) };
  }
});
