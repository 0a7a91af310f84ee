/** Data out: data set versions, runs and evaluations as files, citations and Croissant, under one grammar of addresses. */
export { type Export, type ExportAddress, type ExportSource, keyOfExport, type Link, writeExport } from './export';
export { type ExportContent, ExportFiles, type Written } from './exportFiles';
export { withColumns } from './exportsPage';
export { findExport } from './findExport';
export { npyHeader } from './npy';
