/** A thread that measures runs of a large board, beside the thread that asked for the board. */
import { workerData } from 'node:worker_threads';
import { openDatabase } from '../database';
import { type BoardContent, Leaderboards, type MeasureRequest } from '../results';
import { answerRequests } from '../threads';

// Passed by `BoardHelpers`.
const { databaseUrl } = workerData as { databaseUrl: string };
const boards = new Leaderboards(openDatabase(databaseUrl, { maxConnections: 1 }));

answerRequests<MeasureRequest, BoardContent>((request) => boards.measure(request));
