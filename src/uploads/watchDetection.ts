import type { Database } from '../database';
import { type JobState, watchJob } from '../watchJob';
import { findDetectionProgress, findUploadDetection, type UploadDetectionRow } from './detectionRows';

/**
 * Follows a detection in an upload, as `watchJob` does.
 *
 * @throws NotFound where there is none, or its upload expires meanwhile
 */
export function watchUploadDetection(
  database: Database,
  id: string,
  signal?: AbortSignal,
): AsyncGenerator<JobState<UploadDetectionRow>> {
  return watchJob(
    database,
    { channel: 'upload_detection', id },
    async () => {
      // The row first: a finished detection changes no more, so its counts are the last ones.
      const row = await findUploadDetection(database, id);
      return { row, progress: await findDetectionProgress(database, id) };
    },
    signal,
  );
}
