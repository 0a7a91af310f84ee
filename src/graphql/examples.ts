/** An example query of GraphiQL; a test runs each of them. */
export interface ExampleQuery {
  name: string;
  query: string;
  variables?: Record<string, unknown>;
}

const DATASETS = `# All data sets with their sizes.
query Datasets {
  datasets {
    nodes {
      slug
      version
      name
      licence
      synthetic
      counts { patients studies images imagesWithPixels lesions }
    }
  }
}`;

const LESIONS = `# The largest lung lesions of the test split, each with its image, study and patient.
query LargestLungLesions {
  lesions(
    first: 10
    filter: { split: TEST, coarseType: LUNG }
    orderBy: { field: LONG_DIAMETER_MM, direction: DESC }
  ) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      sourceRowIndex
      longDiameterMm
      shortDiameterMm
      boundingBox { x1 y1 x2 y2 }
      image {
        fileName
        url(window: "lung", overlay: "lesions", size: 512)
        study { ageYears patient { patientIndex sex } }
      }
    }
  }
}`;

const FILTER = `# Filters can be combined with and, or and not.
query WomenOver60 {
  lesions(
    filter: {
      sex: FEMALE
      ageYears: { gte: 60 }
      or: [{ coarseType: [LIVER, KIDNEY] }, { longDiameterMm: { gte: 30 } }]
      not: { possiblyNoisy: true }
    }
  ) {
    totalCount
    nodes { coarseType longDiameterMm patient { patientIndex } }
  }
}`;

const STATISTICS = `# Long diameters by split and coarse type, with histograms that have the same bins for all groups.
query Diameters {
  lesionStatistics(groupBy: [SPLIT, COARSE_TYPE]) {
    split
    coarseType
    lesionCount
    patientCount
    longDiameterMm {
      mean
      standardDeviation
      p5
      p50
      p95
      histogram(bins: 10, min: 0, max: 100) { edges counts below above nullCount }
    }
  }
}`;

const FACETS = `# Counts for a page on which lesions are selected: each leaves out the filter's condition on its own field.
query Facets {
  lesionFacets(filter: { split: TEST, longDiameterMm: { gte: 8 } }) {
    field
    buckets { key label count }
  }
  lesionHistograms(filter: { split: TEST, longDiameterMm: { gte: 8 } }, fields: [LONG_DIAMETER_MM, AGE_YEARS], bins: 8) {
    field
    edges
    counts
    nullCount
  }
}`;

const CATEGORIZATION = `# The newest categorization: its lineage, its quality, and the content of each pseudo-cluster.
query Categorizations {
  categorizations(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      name
      method
      source
      status
      encoder { name version }
      clusterCount
      selectionRule
      chosenIteration
      iterations { iteration nmiToPrevious purityToPrevious silhouette sizes }
      quality { silhouette sizes }
      agreementWithCoarseTypes { lesions nmi purity floorPurity }
      pseudoClusters {
        nodes {
          clusterIndex
          label
          size
          longDiameterMm { p25 p50 p75 }
          location { z { mean standardDeviation } }
          coarseTypes { coarseType share }
          montageUrl(count: 16, size: 96)
          typicalLesions(first: 3) { longDiameterMm image { url(overlay: "lesions") } }
        }
      }
    }
  }
}`;

const DETECTORS = `# All detectors with their model cards, which describe the training data.
query Detectors {
  detectors {
    nodes { name version ready architecture classes modelCard }
  }
}`;

const RUN = `# Starts a detection run over the test split of the demo data set; it returns immediately.
mutation Detect {
  runDetection(
    input: {
      detector: "phantom-single"
      dataset: "demo"
      filter: { split: TEST }
      idempotencyKey: "graphiql-example"
    }
  ) {
    run { id status progress { completed failed total } }
  }
}`;

const CURVE = `# The accuracy curve of the newest run: the fraction of lesions that are hit by one of the
# top-k detections of their image, as a function of the IoU threshold.
query AccuracyCurve {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      id
      detector { name version }
      dataset { slug version }
      executionProviders
      timing { meanMsPerImage imagesPerSecond }
      evaluations {
        id
        strata { name lesionCount }
        accuracyCurve { iouThreshold accuracy correct total ciLow ciHigh }
        top1: accuracyCurve(topK: 1) { iouThreshold accuracy correct total }
        froc { falsePositivesPerImage sensitivity }
        averagePrecision
      }
    }
  }
}`;

const FINDINGS = `# The detections of a run with the highest scores, for review by a radiologist:
# not every lesion of the data set is annotated.
query Findings {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      detections(first: 10, orderBy: { field: SCORE, direction: DESC }) {
        nodes {
          id
          score
          boundingBox { x1 y1 x2 y2 }
          image { url(overlay: "lesions") lesions { boundingBox { x1 y1 x2 y2 } } }
          reviews { verdict reviewer remark }
        }
      }
    }
  }
}`;

const SERVER = `# Version, settings and limits of this server.
query Server {
  serverInfo {
    version
    codeVersion
    executionProviders
    machineExecutionProviders { id available reason }
    limits { maxPageSize depth complexity }
  }
}`;

export const exampleQueries: ExampleQuery[] = [
  { name: 'Data sets', query: DATASETS },
  { name: 'Largest lung lesions', query: LESIONS },
  { name: 'Filters', query: FILTER },
  { name: 'Statistics', query: STATISTICS },
  { name: 'Facets', query: FACETS },
  { name: 'Categorizations', query: CATEGORIZATION },
  { name: 'Detectors', query: DETECTORS },
  { name: 'Start a run', query: RUN },
  { name: 'Accuracy curve', query: CURVE },
  { name: 'Findings to review', query: FINDINGS },
  { name: 'Server', query: SERVER },
];
