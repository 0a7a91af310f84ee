/** The data set version that an export is of. */
import { canonicalRequest } from '../canonicalJson';
import type { Queryable } from '../database';
import {
  countsOfDatasets,
  type DatasetRow,
  findDatasetByReference,
  parseDatasetReference,
  unknownDataset,
} from '../dataset';
import { BadUserInput, quoted } from '../errors';
import { toGlobalId } from '../globalId';
import type { ExportSource, Link, RoomFilters } from './export';

/** A version, and what its rows are told by. */
export interface Version {
  readonly dataset: DatasetRow;
  /** `slug@version` */
  readonly name: string;
  /** the same on every server that imported the same file in the same way */
  readonly identity: unknown;
}

/**
 * @param reference `slug@version`
 * @param options.isVersioned false: a slug alone stands for the latest version
 * @throws BadUserInput for a slug alone, NotFound with the known data sets
 */
export async function findVersion(
  { database }: Pick<ExportSource, 'database'>,
  reference: string,
  { isVersioned = true }: { isVersioned?: boolean } = {},
): Promise<Version> {
  const dataset = await findDatasetByReference(database, reference);
  if (!dataset) throw await unknownDataset(database, reference, 'dataset');
  const { slug, version, sourceSha256, sourceFormat, pixelConvention } = dataset;
  const name = `${slug}@${version}`;
  if (isVersioned && parseDatasetReference(reference).version === null)
    throw new BadUserInput(
      `Expected a version, whose rows never change, such as /exports/${name}; got ${quoted(reference)} alone.`,
      'dataset',
    );
  const [counts] = await countsOfDatasets(database, [dataset.id]);
  const rows = [counts?.lesions, counts?.images, counts?.patients];
  return { dataset, name, identity: [name, sourceSha256, sourceFormat, pixelConvention, rows] };
}

/** @returns the address in the text of a licence, if it has one */
export function licenceAddressOf({ licence }: Pick<DatasetRow, 'licence'>): string | null {
  const [address] = /https?:\/\/[^\s()<>"]+/.exec(licence) ?? [];
  return address?.replace(/[.,;]+$/, '') ?? null;
}

/** Where the version is described and how it is cited. */
export function linksOf({ dataset, name }: Version): Link[] {
  const licence = licenceAddressOf(dataset);
  return [
    { to: `/exports/${name}/citation`, rel: 'cite-as' },
    ...(licence === null ? [] : [{ to: licence, rel: 'license' as const }]),
    { to: `/exports/${name}/croissant.json`, rel: 'describedby', type: 'application/ld+json' },
    { to: `/exports/${name}/ro-crate-metadata.json`, rel: 'describedby', type: 'application/ld+json' },
  ];
}

/** What a file says of itself where its format has a place for it. */
export function metadataOf(
  { dataset, name }: Version,
  { softwareVersion }: ExportSource,
  filter: unknown,
): Record<string, string> {
  return {
    dataset: name,
    dataset_id: toGlobalId('Dataset', { dataset: name }),
    name: dataset.name,
    source_sha256: dataset.sourceSha256,
    pixel_convention: dataset.pixelConvention,
    synthetic: String(dataset.synthetic),
    filter: canonicalRequest(filter),
    licence: dataset.licence,
    citation: dataset.citation,
    software: `deeplesion-server ${softwareVersion}`,
  };
}

/** A filter that was read, and how it tells itself from others. */
export interface ChosenFilter<Name extends keyof RoomFilters> {
  readonly filter: RoomFilters[Name];
  /** as it was written */
  readonly given: object;
  readonly identity: string;
}

/**
 * Reads the parameter `filter`. The address names the version: a filter that names another one, or one that moves,
 * would make the file depend on the day.
 *
 * @throws BadUserInput, NotFound as the graph
 */
export async function readFilterOf<Name extends keyof RoomFilters>(
  source: ExportSource,
  name: Name,
  text: string | undefined,
  version: Version,
): Promise<ChosenFilter<Name>> {
  const json = parseJson(text);
  const filter = await source.readFilter(name, json);
  for (const reference of datasetsNamedIn(filter))
    if (reference !== version.name)
      throw new BadUserInput(
        `Expected a filter without dataset, or with ${version.name}, which the address names; got ${quoted(reference)}.`,
        'filter',
      );
  return { filter, given: Object(json), identity: canonicalRequest(filter) };
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadUserInput(
      `Expected filter to be JSON, such as {"coarseType":["LUNG"]}; got ${quoted(text)}.`,
      'filter',
      { cause },
    );
  }
}

function datasetsNamedIn(filter: unknown): string[] {
  if (typeof filter !== 'object' || filter === null) return [];
  return Object.entries(filter).flatMap(([field, value]: [string, unknown]) =>
    field === 'dataset' && typeof value === 'string' ? [value] : datasetsNamedIn(value),
  );
}

/**
 * What is known of the pixel files of a version: they may be taken over after the import, so that what shows them
 * depends on it.
 */
export async function pixelState(database: Queryable, { dataset }: Version): Promise<unknown> {
  const [row] = await database.query<{ state: string }>({
    text: `SELECT md5(coalesce(string_agg(concat(file_name, has_pixels, pixel_path, pixel_sha256), ',' ORDER BY file_name COLLATE "C"), ''))
             AS state
           FROM bookmarked_image WHERE dataset_id = $1`,
    values: [dataset.id],
  });
  return row?.state;
}
