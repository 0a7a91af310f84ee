import type { ReadContent, ReadRequest } from './readRequest';
import { withZippedFiles } from './zipFiles';
import { isZippedModel, readZippedModel } from './zippedModel';
import { readZippedSeries } from './zippedSeries';

/**
 * Reads a zip: a model if it contains a `model.json`, otherwise the slices of one series.
 *
 * @throws UploadRefused naming the reason and the file in the zip
 */
export function readZip(request: ReadRequest): Promise<ReadContent> {
  return withZippedFiles<ReadContent>(request.bodyPath, (files) =>
    isZippedModel(files) ? readZippedModel(files, request) : readZippedSeries(files, request),
  );
}
