/** A thread that renders patients into files. */
import { workerData } from 'node:worker_threads';
import { z } from 'zod';
import { answerRequests } from '../threads';
import { renderPatientFiles } from './pool';

const setting = z.object({ seed: z.number(), neighbours: z.number(), imageDir: z.string() }).parse(workerData);

answerRequests((patientIndex: number) => renderPatientFiles(setting, patientIndex));
