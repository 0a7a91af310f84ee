import { type DocumentNode, type ExecutionResult, execute, getOperationAST, parse, validate } from 'graphql';
import { getVariableValues } from 'graphql/execution';
import { AuditTrail, SignedUrls } from '../../src/access';
import { FeatureMaps, FeatureMatrices } from '../../src/categorization';
import type { Database } from '../../src/database';
import { buildSchema, createContext } from '../../src/graphql';
import { OperationCompiler } from '../../src/graphql/core/compiler';
import { createLogger } from '../../src/log';
import {
  answerAboutCurves,
  type BoardRequest,
  type CurveAnswers,
  compareMetrics,
  compareWithBaseline,
  EvaluationAnalyses,
  evaluateRun,
  findDiscordantLesions,
  Leaderboards,
  OutcomeAnalyses,
  type QuestionAbout,
} from '../../src/results';
import type { Services } from '../../src/services';

/** The two ways in which the product runs a document. */
export const EXECUTORS = ['graphql-js', 'graphql-jit'] as const;
export type ExecutorName = (typeof EXECUTORS)[number];

/** The graph, built once for a test file: building it takes longer than most tests. */
export const testSchema = buildSchema();

/** Services as the resolvers get them, over a real database; the parts that a test does not need are left out. */
export function testServices(database: Database, parts: Partial<Services> = {}): Services {
  const evaluations: Services['evaluations'] = {
    evaluate: async (runId, request) => (await evaluateRun(database, runId, request)).id,
    compare: (firstIds, secondId, selection) => compareWithBaseline(database, firstIds, secondId, selection),
    compareMetrics: (firstIds, secondId, metrics, selection) =>
      compareMetrics(database, firstIds, secondId, metrics, selection),
    findDiscordant: (firstId, secondId, selection) => findDiscordantLesions(database, firstId, secondId, selection),
  };
  const room = new EvaluationAnalyses(database);
  const boards = new Leaderboards(database);
  const outcomes = new OutcomeAnalyses(room);
  const analyses = Object.assign(room, {
    aboutCurves: <About extends keyof CurveAnswers>(id: number, question: QuestionAbout<About>) =>
      answerAboutCurves(room, id, question),
    leaderboard: (request: BoardRequest) => boards.board(request),
    outcomes: outcomes.outcomes.bind(outcomes),
    imagesByErrors: outcomes.imagesByErrors.bind(outcomes),
  });
  const featureMatrices = new FeatureMatrices(database);
  return {
    database,
    evaluations,
    analyses,
    featureMatrices,
    featureMaps: new FeatureMaps(database, featureMatrices),
    audit: new AuditTrail(database, parts.log ?? createLogger('silent')),
    urls: new SignedUrls('a secret of thirty-two characters'),
    log: createLogger('silent'),
    codeVersion: 'test',
    ...parts,
  } as Services;
}

export type RunQuery = (
  source: string,
  variables?: Record<string, unknown>,
) => Promise<{ data: Record<string, never>; errors: readonly import('graphql').GraphQLError[] }>;

/** @returns a function that runs documents; it refuses those that the schema does not validate */
export function graphOf(services: Services, executor: ExecutorName = 'graphql-js'): RunQuery {
  return async (source, variables = {}) => {
    const document = parse(source);
    const invalid = validate(testSchema, document);
    if (invalid.length > 0) return { data: {}, errors: invalid };
    const contextValue = createContext(services);
    const result =
      executor === 'graphql-js'
        ? await execute({ schema: testSchema, document, variableValues: variables, contextValue })
        : await runCompiled(document, variables, contextValue);
    return { data: JSON.parse(JSON.stringify(result.data ?? {})), errors: result.errors ?? [] };
  };
}

const compiler = new OperationCompiler(testSchema);

async function runCompiled(
  document: DocumentNode,
  variables: Record<string, unknown>,
  context: unknown,
): Promise<ExecutionResult> {
  const interpret = () => execute({ schema: testSchema, document, variableValues: variables, contextValue: context });
  const operation = getOperationAST(document);
  // As the product does it: only queries are compiled, and what holds errors is asked again of graphql-js.
  if (operation?.operation !== 'query') return interpret();
  const { coerced, errors } = getVariableValues(testSchema, operation?.variableDefinitions ?? [], variables);
  if (errors) return { errors };
  // The compiler waits for the second use of a document.
  compiler.find(document, '', coerced);
  const run = compiler.find(document, '', coerced);
  if (!run) throw new Error('The document is one that the compiler does not take.');
  const compiled = await run(context);
  return compiled.errors ? interpret() : compiled;
}
