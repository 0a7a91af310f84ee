/** docs/exports.md, of the same columns that the files are written from: `npm run exports-page`. */
import type { Column } from './table';
import { DESCRIBED_TABLES } from './tables';

const INTRODUCTION = `# Exports

This page is written by \`npm run exports-page\`.

\`/exports\` has data set versions, detection runs and evaluations as files. Reading them needs the scope \`export\`, which requests without a key have unless
\`ANONYMOUS_SCOPES\` says otherwise. Rows of a data set version, of a run that has ended and of an evaluation never change, so that a file is a function of its
address: every server of the same release answers the same bytes.

    curl -O -C - http://127.0.0.1:4000/exports/demo@1/lesions.parquet
    curl -G http://127.0.0.1:4000/exports/demo@1/lesions.csv --data-urlencode 'filter={"split":["TEST"],"longDiameterMm":{"gte":20}}' \\
      --data-urlencode 'fields=source_row_index,file_name,long_diameter_mm'
    python3 -c "import pandas; print(pandas.read_csv('http://127.0.0.1:4000/exports/demo@1/lesions.csv').describe())"
    npx deeplesion export demo@1/lesions.parquet --filter '{"split":["TEST"]}' --out test.parquet    # the same bytes, without a server

## Addresses

FORMAT is \`csv\`, \`ndjson\` or \`parquet\`.

| address below \`/exports\` | what |
|---|---|
| \`SLUG@VERSION/lesions.FORMAT\` | lesions with image, study and patient; \`categorization=NAME\` adds the pseudo-cluster of each |
| \`SLUG@VERSION/images.FORMAT\`, \`studies.FORMAT\`, \`patients.FORMAT\` | the rows above them |
| \`SLUG@VERSION/files.FORMAT\` | manifest of the pixel files with their SHA-256 |
| \`SLUG@VERSION/DL_info.csv\` | the source byte for byte (\`X-DeepLesion-Source: ORIGINAL\`), or its lines of a filter. Versions whose source is not kept (COCO, imports of earlier releases until the same file is imported again, files of more than 32 MiB) are written by rule (\`BY_RULE\`) |
| \`SLUG@VERSION/coco.json\` | COCO, with \`categories=single\`, \`coarse-type\` or \`pseudo-cluster:NAME\` |
| \`SLUG@VERSION/splits.json\` | patients and images of each split |
| \`SLUG@VERSION/features.npy\`, \`features.index.csv\` | features of the lesions, and which lesion each row is; \`encoder=NAME@VERSION\` if there are several |
| \`SLUG@VERSION/croissant.json\` | description in Croissant 1.1, by which \`mlcroissant\` loads records |
| \`SLUG@VERSION/citation\` | how to cite it: \`format=text\`, \`bibtex\`, \`csl-json\` or \`ris\`, or by the header \`Accept\` |
| \`runs/ID/detections.FORMAT\`, \`images.FORMAT\` | detections, and what became of each image |
| \`runs/ID/coco-results.json\`, \`images-run.json\` | COCO's results array, and the images that were run: those without detections do not occur in results |
| \`evaluations/ID/accuracy.FORMAT\`, \`froc.FORMAT\`, \`precision-recall.FORMAT\` | the curves with their integers and intervals |
| \`evaluations/ID/outcomes.FORMAT\` | what became of each detection and lesion at \`iou=0.5\` or any other |
| \`evaluations/ID/citation\` | how to cite data, detector and software |
| \`schema/TABLE.json\` | JSON Schema of a line of a table's NDJSON |

\`/images/ID.npy\` has the Hounsfield units of a key slice as an array of NumPy (int16, C order), \`?slices=-2..2\` a stack of at most 61 neighbours, with
\`X-Slice-Indices\` and \`X-Slice-Offsets-Mm\`; \`/uploads/ID/SLICE.npy\` is alike.

## Parameters

- \`filter\` is the filter of the graph's list as JSON: \`LesionFilter\` for lesions, DL_info.csv and coco.json, \`BookmarkedImageFilter\` for images and files,
  \`StudyFilter\`, \`PatientFilter\`. The errors are those of the graph. The address names the version, so that \`dataset\` may be left out.
- \`fields\` are columns separated by commas, in the order in which they are wanted.
- \`spreadsheet=1\` puts an apostrophe before texts of a CSV file that a spreadsheet would compute (\`= + - @\`).

## Formats

CSV is RFC 4180 with LF and UTF-8 without a byte-order mark; a missing value is an empty cell. Numbers are written with as many digits as are needed to read
the same number again. Enumerations are the graph's. Parquet has row groups of 10,000 rows, Snappy, and key-value metadata with data set, version, checksum of
the source, filter, number of rows, licence, citation and software version. Names of pseudo-clusters, reviews and whatever else can change are in no file;
columns that go by pixel files change the tag of the file when these are taken over.

COCO boxes are zero-based: pixels of a \`ONE_BASED\` version less 0.5. \`images[].id\` is the place of the file name in the version, \`annotations[].id\` the source
row, both counted from 1 and the same under every filter. Where no width and height lead to the right and lower edge exactly, an annotation has \`corners\` as
well, which \`import coco\` reads.

## Transfers

\`ETag\` is strong and the same on every server. \`Range\`, \`If-Range\`, \`If-None-Match\` and HEAD work: a download that was cut off goes on, on a mirror too. A range
on an export that is not there yet waits until it is written. \`Repr-Digest\` (RFC 9530) has the SHA-256: as a trailer the first time, as a header later. Text is
compressed on the way for clients that accept it (\`Accept-Encoding\`), then with a weak \`ETag\` and without ranges, and the digest is that of the compressed bytes.
Files that were written are kept in \`DATA_DIR/exports\`, up to \`MAX_EXPORT_CACHE_BYTES\`. \`Link\` names citation, licence and description.
`;

function typeOf({ type, values }: Column): string {
  return type === 'ENUM' ? `enum: ${(values ?? []).join(', ')}` : type.toLowerCase();
}

/** @returns the whole page */
export function printExportsPage(): string {
  const tables = DESCRIBED_TABLES.map(({ name, description, columns }) =>
    [
      `### ${name}`,
      '',
      description,
      '',
      '| column | type | may be missing | meaning |',
      '|---|---|---|---|',
      ...columns.map(
        (one) => `| \`${one.name}\` | ${typeOf(one)} | ${one.isNullable ? 'yes' : ''} | ${one.description} |`,
      ),
      '',
    ].join('\n'),
  );
  return `${INTRODUCTION}\n## Columns\n\n${tables.join('\n')}`;
}

if (require.main === module) process.stdout.write(printExportsPage());
