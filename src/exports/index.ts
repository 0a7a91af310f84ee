/** Data out: data set versions, runs and evaluations as files, citations and Croissant, under one grammar of addresses. */
export { CITATION_FACTS, type CitationForm, type Work } from './citation';
export { findEvaluated } from './evaluationExports';
export { type Export, type ExportAddress, type ExportSource, keyOfExport, type Link, writeExport } from './export';
export { type ExportContent, ExportFiles, type Written } from './exportFiles';
export { withColumns } from './exportsPage';
export { findExport } from './findExport';
export { npyHeader } from './npy';
export { findVersion } from './version';
export { type CitationSource, eachOnce, worksOfEvaluation, worksOfVersion } from './works';
