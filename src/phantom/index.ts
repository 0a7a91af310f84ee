/** Synthetic CT slices in DeepLesion's layout. */
export { generatePhantoms, type PhantomOptions, type PhantomSummary } from './generate';
export { generateMetadata, type MetadataOptions, type MetadataSummary } from './metadata';
