/** Data set versions as search engines read them: schema.org's `Dataset`, in JSON-LD. */
import type { DatasetRow } from '../dataset';
import { CITATION_FACTS, workOfVersion } from './citation';
import { FORMAT_FACTS, TABLE_FORMATS } from './tableFormat';
import { licenceAddressOf } from './version';

const CONTEXT = 'https://schema.org/';
/** Search engines want 50 to 5,000 characters. */
const LONGEST_DESCRIPTION = 5_000;

/**
 * @param datasets what anyone may know of
 * @param origin address of the server without a slash at its end
 */
export function schemaOrgOf(datasets: readonly DatasetRow[], origin: string): object {
  return {
    '@context': CONTEXT,
    '@graph': datasets.map((dataset) => datasetOf(dataset, origin)),
  };
}

function datasetOf(dataset: DatasetRow, origin: string): object {
  const name = `${dataset.slug}@${dataset.version}`;
  const below = `${origin}/exports/${name}`;
  const licence = licenceAddressOf(dataset) ?? dataset.licence;
  const description =
    dataset.description || `The data set version ${name} of lesions in computed tomography, with their images.`;
  return {
    '@type': 'Dataset',
    '@id': `${below}/croissant.json`,
    name: dataset.name,
    description: description.slice(0, LONGEST_DESCRIPTION),
    version: String(dataset.version),
    identifier: name,
    url: `${origin}/d/${dataset.slug}/lesions`,
    datePublished: dataset.importedAt.toISOString().slice(0, 10),
    ...(licence === '' ? {} : { license: licence }),
    citation: CITATION_FACTS.text.write([workOfVersion({ dataset, name, identity: null }, { origin })]).trim(),
    isAccessibleForFree: true,
    measurementTechnique: 'computed tomography',
    includedInDataCatalog: { '@type': 'DataCatalog', name: 'DeepLesion Server', url: `${origin}/` },
    distribution: [
      ...TABLE_FORMATS.map((format) => ({
        '@type': 'DataDownload',
        name: `lesions.${format}`,
        contentUrl: `${below}/lesions.${format}`,
        encodingFormat: FORMAT_FACTS[format].mediaType.split(';')[0],
      })),
      {
        '@type': 'DataDownload',
        name: 'croissant.json',
        contentUrl: `${below}/croissant.json`,
        encodingFormat: 'application/ld+json',
      },
    ],
  };
}
