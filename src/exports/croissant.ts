/** The description of a data set version in Croissant 1.1, which tools for machine learning load records by. */
import { SPLITS, type Split } from '../dataset';
import { CITATION_FACTS, workOfVersion } from './citation';
import type { ExportSource } from './export';
import type { Written } from './exportFiles';
import type { Column, TableDefinition } from './table';
import { FORMAT_FACTS } from './tableFormat';
import type { Version } from './version';

/** A table as one file of the description. */
export interface CroissantTable {
  readonly table: TableDefinition;
  readonly file: string;
  readonly written: Written;
}

/** The terms of Croissant 1.1 as its specification publishes them. */
const CONTEXT = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  arrayShape: 'cr:arrayShape',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  containedIn: 'cr:containedIn',
  cr: 'http://mlcommons.org/croissant/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataBiases: 'cr:dataBiases',
  dataCollection: 'cr:dataCollection',
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileObject: 'cr:fileObject',
  fileProperty: 'cr:fileProperty',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isArray: 'cr:isArray',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  personalSensitiveInformation: 'cr:personalSensitiveInformation',
  rai: 'http://mlcommons.org/croissant/RAI/',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
  wd: 'https://www.wikidata.org/wiki/',
};

const DATA_TYPES: Record<Column['type'], string> = {
  INTEGER: 'sc:Integer',
  DOUBLE: 'sc:Float',
  BOOLEAN: 'sc:Boolean',
  TEXT: 'sc:Text',
  ENUM: 'sc:Text',
};

const SPLIT_ROLES: Record<Split, string | null> = {
  TRAIN: 'cr:TrainingSplit',
  VALIDATION: 'cr:ValidationSplit',
  TEST: 'cr:TestSplit',
  UNASSIGNED: null,
};

/** The splits as an enumeration, which the column `split` of each table refers to. */
const SPLIT_RECORDS = {
  '@type': 'cr:RecordSet',
  '@id': 'splits',
  name: 'splits',
  description: 'The splits of the data set.',
  dataType: 'cr:Split',
  key: { '@id': 'splits/name' },
  field: [
    {
      '@type': 'cr:Field',
      '@id': 'splits/name',
      name: 'name',
      description: 'Name of the split.',
      dataType: 'sc:Text',
    },
    {
      '@type': 'cr:Field',
      '@id': 'splits/url',
      name: 'url',
      description: 'What the split is for, as Croissant names it; empty for what is in none.',
      dataType: ['sc:URL', 'wd:Q3985153'],
    },
  ],
  data: SPLITS.map((split) => ({ 'splits/name': split, 'splits/url': SPLIT_ROLES[split] ?? '' })),
};

const COCO_FILE = 'coco.json';

/** The boxes of the lesions as one value each: the table has their edges in columns of their own. */
const ANNOTATION_RECORDS = {
  '@type': 'cr:RecordSet',
  '@id': 'annotations',
  name: 'annotations',
  description: 'The bounding boxes of the lesions as COCO has them, with the edge of the first pixel at 0.',
  key: { '@id': 'annotations/id' },
  field: (
    [
      ['id', 'sc:Integer', 'Row of the lesion in the source file, starting at 1.', 'id'],
      ['image_id', 'sc:Integer', 'Place of the file name of the image in the version, starting at 1.', 'image_id'],
      ['bounding_box', 'cr:BoundingBox', 'Left edge, upper edge, width and height in pixels (XYWH).', 'bbox'],
    ] as const
  ).map(([name, dataType, description, key]) => ({
    '@type': 'cr:Field',
    '@id': `annotations/${name}`,
    name,
    description,
    dataType,
    source: {
      fileObject: { '@id': COCO_FILE },
      extract: { jsonPath: `$.annotations[*].${key}` },
      ...(dataType === 'cr:BoundingBox' ? { format: 'XYWH' } : {}),
    },
  })),
};

/** The pixel files, which are no single download: the source's own archive has them under these names. */
const IMAGE_FILES = {
  '@type': 'cr:FileSet',
  '@id': 'image-files',
  name: 'image-files',
  description:
    'The key slices and their neighbours as PNG of 16 bits: Hounsfield units plus 32768. The column file_name of the images names ' +
    'them, with the last underscore for the slash of the folder; files.parquet has the size and the SHA-256 of each.',
  encodingFormat: 'image/png',
  includes: '*_*_*/*.png',
};

/** A file of a version and its size and checksum. */
function fileObject(
  { name }: Version,
  { origin }: ExportSource,
  facts: { file: string; description: string; encodingFormat: string; written: Written },
): object {
  const { file, description, encodingFormat, written } = facts;
  return {
    '@type': 'cr:FileObject',
    '@id': file,
    name: file,
    description,
    contentUrl: `${origin}/exports/${name}/${file}`,
    contentSize: `${written.bytes} B`,
    encodingFormat,
    sha256: written.sha256,
  };
}

/** @param coco size and checksum of `coco.json` */
export function croissantOf(
  version: Version,
  source: ExportSource,
  tables: readonly CroissantTable[],
  coco: Written,
): object {
  const { dataset, name } = version;
  const { origin } = source;
  return {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.1',
    name: dataset.name,
    description: dataset.description || `The data set version ${name}.`,
    ...(dataset.licence === '' ? {} : { license: dataset.licence }),
    url: `${origin}/exports/${name}/croissant.json`,
    version: `${dataset.version}.0.0`,
    datePublished: dataset.importedAt.toISOString().slice(0, 10),
    citeAs: CITATION_FACTS.bibtex.write([workOfVersion(version, source)]),
    isLiveDataset: false,
    distribution: [
      ...tables.map(({ table, file, written }) => {
        const encodingFormat = FORMAT_FACTS.parquet.mediaType.replace('vnd.apache.parquet', 'x-parquet');
        return fileObject(version, source, { file, description: table.description, encodingFormat, written });
      }),
      fileObject(version, source, {
        ...{ file: COCO_FILE, description: 'The images and the boxes of their lesions in the format of COCO.' },
        ...{ encodingFormat: 'application/json', written: coco },
      }),
      IMAGE_FILES,
    ],
    recordSet: [
      SPLIT_RECORDS,
      ANNOTATION_RECORDS,
      ...tables.map(({ table, file }) => ({
        '@type': 'cr:RecordSet',
        '@id': table.name,
        name: table.name,
        description: table.description,
        key: { '@id': `${table.name}/id` },
        field: table.columns.map((one) => ({
          '@type': 'cr:Field',
          '@id': `${table.name}/${one.name}`,
          name: one.name,
          description: one.description,
          dataType: DATA_TYPES[one.type],
          ...(one.name === 'split' ? { references: { field: { '@id': 'splits/name' } } } : {}),
          source: { fileObject: { '@id': file }, extract: { column: one.name } },
        })),
      })),
    ],
  };
}
