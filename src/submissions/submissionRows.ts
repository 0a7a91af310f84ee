/** The table `detection_submission`: what runs were made of. */
import { z } from 'zod';
import { type Queryable, type Transaction, toJson } from '../database';
import { BOX_CONVENTIONS, type BoxConvention, SUSPICION_KINDS, type Suspicion } from '../evaluation';
import type { PixelConvention } from '../imaging';
import { SCORE_TRANSFORMS, type ScoreTransform, SUBMISSION_FORMATS, type SubmissionFormat } from './format';
import { PROBLEM_KINDS, type SubmissionProblem } from './problems';

/** What a run was made of, and how its file was read. */
export interface SubmissionRow {
  runId: number;
  uploadId: string;
  format: SubmissionFormat;
  /** null if the client did not state it and the file was not read */
  boxConvention: BoxConvention | null;
  pixelConvention: PixelConvention;
  scoreTransform: ScoreTransform | null;
  /** whether the images that were run are those that the file names */
  isListInFile: boolean;
  fileBytes: number;
  /** null until the file was read */
  fileSha256: string | null;
  bytesRead: number;
  boxCount: number | null;
  /** boxes that reached beyond their image, and were cut */
  clippedCount: number | null;
  ignoredFields: string[];
  problems: SubmissionProblem[];
  problemCount: number;
  suspicions: Suspicion[];
}

const Problems = z.array(z.object({ line: z.number(), kind: z.enum(PROBLEM_KINDS), message: z.string() }));
const Suspicions = z.array(
  z.object({
    kind: z.enum(SUSPICION_KINDS),
    correction: z.number(),
    meanIou: z.number(),
    correctedMeanIou: z.number(),
    lesions: z.number(),
  }),
);
const Choices = z.object({
  format: z.enum(SUBMISSION_FORMATS),
  boxConvention: z.enum(BOX_CONVENTIONS).nullable(),
  scoreTransform: z.enum(SCORE_TRANSFORMS).nullable(),
  problems: Problems,
  suspicions: Suspicions,
});

/** Everything but the image ids, which may be tens of thousands. */
const SHOWN = {
  runId: true,
  uploadId: true,
  format: true,
  boxConvention: true,
  pixelConvention: true,
  scoreTransform: true,
  isListInFile: true,
  fileBytes: true,
  fileSha256: true,
  bytesRead: true,
  boxCount: true,
  clippedCount: true,
  ignoredFields: true,
  problems: true,
  problemCount: true,
  suspicions: true,
} as const;

/** @returns those of runs that were submitted, in no order */
export async function findSubmissionsOfRuns(database: Queryable, runIds: readonly number[]): Promise<SubmissionRow[]> {
  const rows = await database.prisma.detectionSubmission.findMany({
    where: { runId: { in: [...runIds] } },
    select: SHOWN,
  });
  return rows.map((row) => ({ ...row, ...Choices.parse(row) }));
}

/** @returns row ids of the images that were run; empty if the file lists them and was not read */
export async function findDeclaredImageIds(database: Queryable, runId: number): Promise<number[]> {
  const row = await database.prisma.detectionSubmission.findFirst({ where: { runId }, select: { imageIds: true } });
  return row?.imageIds ?? [];
}

/** What is known before the file is read. */
export type NewSubmission = Pick<
  SubmissionRow,
  | 'runId'
  | 'uploadId'
  | 'format'
  | 'boxConvention'
  | 'pixelConvention'
  | 'scoreTransform'
  | 'isListInFile'
  | 'fileBytes'
> & { imageIds: readonly number[] };

export async function insertSubmission(
  { prisma }: Transaction,
  { imageIds, ...submission }: NewSubmission,
): Promise<void> {
  await prisma.detectionSubmission.create({
    data: { ...submission, imageIds: [...imageIds] },
    select: { runId: true },
  });
}

/** Says how far the reading of a file is. */
export async function recordBytesRead({ prisma }: Queryable, runId: number, bytesRead: number): Promise<void> {
  await prisma.detectionSubmission.updateMany({ where: { runId }, data: { bytesRead } });
}

/** What is known after the file was read. */
export type ReadSubmission = Pick<
  SubmissionRow,
  'boxConvention' | 'fileSha256' | 'bytesRead' | 'boxCount' | 'clippedCount' | 'ignoredFields' | 'suspicions'
> & { imageIds: readonly number[] };

export async function recordRead(
  { prisma }: Queryable,
  runId: number,
  { suspicions, imageIds, ...read }: ReadSubmission,
): Promise<void> {
  await prisma.detectionSubmission.updateMany({
    where: { runId },
    data: { ...read, imageIds: [...imageIds], suspicions: toJson(suspicions) },
  });
}

/** Keeps why a file was refused. */
export async function recordProblems(
  { prisma }: Queryable,
  runId: number,
  {
    problems,
    problemCount,
    ...read
  }: Pick<SubmissionRow, 'problems' | 'problemCount' | 'fileSha256' | 'ignoredFields'>,
): Promise<void> {
  await prisma.detectionSubmission.updateMany({
    where: { runId },
    data: { ...read, problemCount, problems: toJson(problems) },
  });
}
