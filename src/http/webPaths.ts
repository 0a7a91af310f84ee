/**
 * The addresses of the interface, for the server and for the page itself (web/app). The server answers these with the
 * page and nothing else, so that a mistyped address of the API stays an error. `$name` stands for one part of a path.
 */
export const PATHS = {
  home: '/',
  lesions: '/lesions',
  datasetLesions: '/d/$slug/lesions',
  image: '/i/$imageId',
  clusters: '/clusters',
  datasetClusters: '/d/$slug/clusters',
  categorization: '/d/$slug/clusters/$categorizationId',
  runs: '/runs',
  newRun: '/runs/new',
  run: '/runs/$runId',
  accuracy: '/accuracy',
  differences: '/differences',
  threshold: '/threshold',
  board: '/board',
  errors: '/errors',
  review: '/review',
  tryIt: '/try',
  operations: '/ops',
  cookbook: '/docs',
  keys: '/keys',
  audit: '/audit',
  datasets: '/datasets',
} as const;

/** The figure that other people's pages may frame. */
export const EMBED_PATH = '/embed/accuracy';
