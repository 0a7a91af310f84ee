/** `deeplesion submit --server`: a file of detections goes to another server, which checks, stores and evaluates it. */
import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { BadUserInput, Conflict } from '../errors';
import { toGlobalId } from '../globalId';
import { createProgress } from '../progress';
import { problemsText } from '../submissions';
import type { RemoteServer } from './remoteServer';
import { curveText, printReport } from './submissionText';

const Report = z.object({
  validateSubmission: z.object({
    ...{ boxCount: z.number(), clippedCount: z.number(), imageCount: z.number(), imagesWithBoxes: z.number() },
    ...{ lesions: z.number(), meanIou: z.number().nullable(), ignoredFields: z.array(z.string()) },
    scoreRange: z.object({ least: z.number(), most: z.number() }).nullable(),
    problemCount: z.number(),
    problems: z.array(z.object({ line: z.number(), message: z.string() })),
    suspicions: z.array(z.object({ message: z.string() })),
  }),
});
const VALIDATE = `query ($input: SubmitDetectionsInput!) { validateSubmission(input: $input) {
  boxCount clippedCount imageCount imagesWithBoxes lesions meanIou ignoredFields scoreRange { least most }
  problemCount problems { line message } suspicions { message } } }`;

const Submitted = z.object({ submitDetections: z.object({ run: z.object({ id: z.string() }) }) });
const SUBMIT = 'mutation ($input: SubmitDetectionsInput!) { submitDetections(input: $input) { run { id } } }';

const Followed = z.object({
  detectionRun: z.object({
    ...{ status: z.string(), error: z.string().nullable() },
    submission: z.object({ bytesRead: z.number(), fileBytes: z.number() }).nullable(),
    evaluations: z.array(
      z.object({
        accuracyCurve: z.array(
          z.object({
            ...{ iouThreshold: z.number(), accuracy: z.number().nullable(), correct: z.number(), total: z.number() },
          }),
        ),
      }),
    ),
  }),
});
const FOLLOW = `query ($id: ID!) { detectionRun(id: $id) { status error submission { bytesRead fileBytes }
  evaluations { accuracyCurve { iouThreshold accuracy correct total } } } }`;

const Version = z.object({ dataset: z.object({ slug: z.string(), version: z.number() }).nullable() });

/** A look at the run costs little; after some minutes nobody watches the second. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** What is submitted: the file, and which images the detector was run on. */
export interface SubmittedFile {
  readonly file: string;
  readonly split?: readonly string[];
  readonly fileNames?: readonly string[];
  readonly listInFile?: true;
}

/** @returns the key in a file @throws BadUserInput if there is no file, or something else in it */
export async function keyIn(file: string): Promise<string> {
  const [text, { mode }] = await Promise.all([readFile(file, 'utf8'), stat(file)]).catch(() => {
    throw new BadUserInput(`Expected --key-file to be a file with a key; ${file} cannot be read.`, 'keyFile');
  });
  const key = text.trim();
  if (!/^dl_\w+$/.test(key.replaceAll('-', '_')))
    throw new BadUserInput(`Expected ${file} to hold one key, dl_…, and nothing else.`, 'keyFile');
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    process.stderr.write(`Others on this machine may read ${file}: chmod 600 keeps it to you.\n`);
  return key;
}

/**
 * Sends a file, prints what the server finds in it, makes a run of it and prints its accuracy curve.
 *
 * @param stated the rest of the input of `submitDetections`
 * @param isDryRun only checks; nothing stays on the server
 * @throws BadUserInput if the server refuses, Conflict if the run fails, the server is gone or the command is interrupted
 */
export async function submitRemotely(
  server: RemoteServer,
  stated: Readonly<Record<string, unknown>> & { readonly dataset: string },
  { file, ...choice }: SubmittedFile,
  isDryRun: boolean,
): Promise<void> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const images = await imagesOf(server, stated.dataset, choice);
    const uploadId = await server.upload(file, interruption.signal);
    // A mutation with a key of its own may be repeated when its answer is lost.
    const input = { ...stated, images, uploadId, idempotencyKey: randomUUID() };
    await expectValid(server, input, isDryRun);
    if (isDryRun) return;
    const { submitDetections } = await server.ask(Submitted, SUBMIT, { input });
    await follow(server, submitDetections.run.id, interruption.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** File names become ids of the newest version, or of the one that is named. */
async function imagesOf(
  server: RemoteServer,
  reference: string,
  { fileNames, ...choice }: Omit<SubmittedFile, 'file'>,
): Promise<object> {
  if (!fileNames) return choice;
  const { dataset } = await server.ask(Version, 'query ($slug: String!) { dataset(slug: $slug) { slug version } }', {
    slug: reference,
  });
  if (!dataset) throw new BadUserInput(`The server has no data set ${reference}.`, 'dataset');
  const version = `${dataset.slug}@${dataset.version}`;
  return { imageIds: fileNames.map((fileName) => toGlobalId('BookmarkedImage', { dataset: version, fileName })) };
}

async function expectValid(server: RemoteServer, input: { uploadId: string }, isDryRun: boolean): Promise<void> {
  let isWanted = false;
  try {
    const { validateSubmission: report } = await server.ask(Report, VALIDATE, { input });
    printReport(
      report,
      report.suspicions.map(({ message }) => message),
    );
    if (report.problemCount > 0) throw new BadUserInput(problemsText(report), 'file');
    isWanted = !isDryRun;
  } finally {
    if (!isWanted) await server.deleteUpload(input.uploadId);
  }
}

async function follow(server: RemoteServer, id: string, interrupted: AbortSignal): Promise<void> {
  const progress = createProgress(`Run ${id}`);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(1.5 * pauseMs, LONGEST_PAUSE_MS)) {
    const { detectionRun: run } = await server.ask(Followed, FOLLOW, { id });
    progress.update(run.submission?.bytesRead ?? 0, run.submission?.fileBytes ?? 0);
    if (run.status !== 'QUEUED' && run.status !== 'RUNNING') {
      progress.finish(run.status);
      if (run.error !== null) throw new Conflict(run.error);
      process.stdout.write(curveText(run.evaluations[0]?.accuracyCurve ?? []));
      process.stdout.write(`${server.pageAt(`runs/${id}`)}\n`);
      return;
    }
    await sleep(pauseMs, undefined, { signal: interrupted }).catch(() => {
      throw new Conflict(`Interrupted: run ${id} goes on at the server.`);
    });
  }
}
