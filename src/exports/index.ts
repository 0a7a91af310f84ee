/** Data out: data set versions, runs and evaluations as files, citations and Croissant, under one grammar of addresses. */
export { CITATION_FACTS, type CitationForm, type Work } from './citation';
export { findEvaluated } from './evaluationExports';
export { type Export, type ExportAddress, type ExportSource, keyOfExport, type Link, writeExport } from './export';
export { type ExportContent, ExportFiles, type Written } from './exportFiles';
export {
  addressOfExport,
  EXPORT_ORDER_FIELDS,
  type ExportJobFilter,
  type ExportJobRow,
  exportJobKey,
  exportJobListing,
  findExportJobs,
  findExportJobsByKey,
  findExportOutlooks,
  progressOfExport,
  watchExport,
} from './exportJobs';
export { type ExportQueue, requestExport } from './exportRequest';
export {
  type ExportParts,
  type ExportViewer,
  exportFilesOf,
  exportSeenBy,
  exportSourceOf,
  exportViewerOf,
  openExport,
} from './exportSource';
export { withColumns } from './exportsPage';
export { EXPORT_WEBHOOKS, findExportEnd } from './exportWebhooks';
export { cancelExport, type ExportWorkContext, failExport, type LeasedExport, workOnExport } from './exportWork';
export { findExport } from './findExport';
export { npyHeader } from './npy';
export { schemaOrgOf } from './schemaOrg';
export { findVersion } from './version';
export { type CitationSource, eachOnce, worksOfEvaluation, worksOfVersion } from './works';
