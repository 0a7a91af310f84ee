/** A data set version as a Research Object (RO-Crate 1.1): which files there are, of what, by whom and under which licence. */
import { CITATION_FACTS, workOfVersion } from './citation';
import type { CroissantTable } from './croissant';
import type { ExportSource } from './export';
import { FORMAT_FACTS } from './tableFormat';
import type { Version } from './version';

const SPECIFICATION = 'https://w3id.org/ro/crate/1.1';
const METADATA = 'ro-crate-metadata.json';

/** A file of the version as an entity, which is downloaded from its address. */
interface FileEntity {
  readonly '@id': string;
  readonly [property: string]: unknown;
}

export function roCrateOf(version: Version, source: ExportSource, tables: readonly CroissantTable[]): object {
  const { dataset, name } = version;
  const at = (file: string): string => `${source.origin}/exports/${name}/${file}`;
  const files: FileEntity[] = [
    ...tables.map(({ table, file, written }) => ({
      '@id': at(file),
      '@type': 'File',
      name: file,
      description: table.description,
      encodingFormat: FORMAT_FACTS.parquet.mediaType,
      contentSize: String(written.bytes),
      sha256: written.sha256,
    })),
    describing(at('croissant.json'), 'Description in Croissant 1.1.', 'application/ld+json'),
    describing(at('coco.json'), 'Boxes of all lesions in COCO.', 'application/json'),
    describing(at('files.csv'), 'Pixel files with their SHA-256.', 'text/csv'),
  ];
  return {
    '@context': `${SPECIFICATION}/context`,
    '@graph': [
      {
        '@id': METADATA,
        '@type': 'CreativeWork',
        conformsTo: { '@id': SPECIFICATION },
        about: { '@id': './' },
      },
      {
        '@id': './',
        '@type': 'Dataset',
        identifier: name,
        name: dataset.name,
        description: dataset.description || `The data set version ${name}.`,
        datePublished: dataset.importedAt.toISOString().slice(0, 10),
        version: String(dataset.version),
        license: { '@id': '#licence' },
        citation: CITATION_FACTS.text.write([workOfVersion(version, source)]).trim(),
        url: at('citation'),
        sdPublisher: { '@id': '#software' },
        hasPart: files.map((file) => ({ '@id': file['@id'] })),
      },
      { '@id': '#licence', '@type': 'CreativeWork', name: dataset.licence || 'Not stated' },
      {
        '@id': '#software',
        '@type': 'SoftwareApplication',
        name: 'DeepLesion Server',
        version: source.softwareVersion,
      },
      ...files,
    ],
  };
}

const describing = (address: string, description: string, encodingFormat: string): FileEntity => ({
  '@id': address,
  '@type': 'File',
  name: address.slice(address.lastIndexOf('/') + 1),
  description,
  encodingFormat,
});
