/** Synthetic CT slices in DeepLesion's layout. */
export { generatePhantoms, type PhantomOptions, type PhantomSummary } from './generate';
export { type LinkOptions, type LinkSummary, linkPixels } from './linkedPixels';
export { generateMetadata, type MetadataOptions, type MetadataSummary } from './metadata';
