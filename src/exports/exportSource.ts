/** What exports of one caller are made from, and where they are kept: for requests of HTTP, the graph and jobs alike. */
import { join } from 'node:path';
import { type Caller, databaseSeenAs, expectTermsAccepted, type Sight, sightOf } from '../access';
import { readPackageVersion } from '../codeVersion';
import type { Database } from '../database';
import { type Export, type ExportSource, keyOfExport, writeExport } from './export';
import { type ExportContent, ExportFiles } from './exportFiles';

/** What `exportSourceOf` works with. */
export interface ExportParts {
  /** with all data sets; what the caller sees of it is determined here */
  readonly database: Database;
  readonly files: ExportFiles;
  /** reads filters as the caller may name them */
  readonly readFilter: ExportSource['readFilter'];
}

/** The settings that say where exports are kept. */
interface ExportPlace {
  readonly dataDir: string;
  readonly maxExportCacheBytes: number;
}

const ofPlaces = new WeakMap<object, ExportFiles>();

/** @returns the one object for the exports of this process: a second one would remove what the first one is writing */
export function exportFilesOf(config: ExportPlace): ExportFiles {
  const files = ofPlaces.get(config) ?? new ExportFiles(join(config.dataDir, 'exports'), config.maxExportCacheBytes);
  ofPlaces.set(config, files);
  return files;
}

/** Who takes an export, and what that caller sees: one sight for its rows and for the name of its file, which others are given. */
export interface ExportViewer {
  readonly caller: Caller;
  readonly sight: Sight | null;
}

export const exportViewerOf = async (database: Database, caller: Caller): Promise<ExportViewer> => ({
  caller,
  sight: await sightOf(database, caller),
});

/**
 * @param origin address of the server as the caller has it, without a slash at its end
 * @returns what a caller may export
 */
export function exportSourceOf(parts: ExportParts, viewer: ExportViewer, origin: string): ExportSource {
  const { database, readFilter } = parts;
  return {
    database: databaseSeenAs(database, viewer.sight),
    readFilter,
    expectTerms: (dataset) => expectTermsAccepted(database, viewer.caller, dataset, 'path'),
    softwareVersion: readPackageVersion(),
    origin,
    async written(content) {
      const made = await openExport(parts, viewer, exportSeenBy(viewer, content));
      try {
        return await made.finished();
      } finally {
        made.release();
      }
    },
  };
}

/** @returns an export that is not taken for one with a ground truth that is hidden from the viewer */
export function exportSeenBy({ sight }: ExportViewer, content: Export): Export {
  const blind = sight?.blind ?? [];
  return blind.length === 0 ? content : { ...content, identity: [content.identity, { without: blind }] };
}

/**
 * Has an export written as a viewer sees it, or finds it written.
 *
 * @param content of `exportSeenBy`
 * @returns the export, held for one reader
 */
export function openExport(
  { database, files }: Pick<ExportParts, 'database' | 'files'>,
  { sight }: ExportViewer,
  content: Export,
): Promise<ExportContent> {
  return files.open(keyOfExport(content), (put) => writeExport(databaseSeenAs(database, sight), content, put));
}
