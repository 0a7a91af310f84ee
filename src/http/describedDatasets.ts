/** What the pages of the interface tell search engines: the data sets that anyone may see, as JSON-LD of schema.org. */
import type { Request } from 'express';
import { databaseFor, type Scope } from '../access';
import { type Database, readPage } from '../database';
import { type DatasetRow, datasetListing, findDatasetByReference } from '../dataset';
import { schemaOrgOf } from '../exports';
import type { Services } from '../services';
import type { Doors } from './doors';
import { originOf } from './origin';

/** As many as a search engine reads of one page. */
const MOST = 100;

/** @returns a block of data for the head of a page, or nothing; it never fails, because the page is there without it */
export type DescribeDatasets = (request: Request, reference?: string) => Promise<string>;

/** @returns what describes the data sets that a caller without a key sees. It is the same for all callers, because caches give one page to all */
export function createDatasetDescriptions({ database, log }: Services, doors: Doors): DescribeDatasets {
  return async (request, reference) => {
    try {
      const caller = doors.strangerOf(request);
      // No more than reading, also where anyone on this machine may do everything.
      const stranger = { ...caller, scopes: new Set<Scope>(['read']) };
      const origin = originOf(request);
      if (!caller.scopes.has('read') || origin === undefined) return '';
      const datasets = await findDescribed(databaseFor(database, stranger), reference);
      return datasets.length === 0 ? '' : block(schemaOrgOf(datasets, origin));
    } catch (failure) {
      log.warn({ failure }, 'a page is sent without a description of its data sets');
      return '';
    }
  };
}

/** @param reference `slug` or `slug@version`; omitted: the latest version of each */
async function findDescribed(database: Database, reference?: string): Promise<readonly DatasetRow[]> {
  if (reference === undefined) return (await readPage(database, datasetListing({}, []), { first: MOST })).rows;
  const dataset = await findDatasetByReference(database, reference);
  return dataset ? [dataset] : [];
}

/** A block of data is no script, which policies would refuse; texts of data sets cannot end it. */
function block(data: object): string {
  const text = JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return `<script type="application/ld+json">${text}</script>`;
}
