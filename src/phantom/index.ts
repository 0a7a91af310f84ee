export { GENERATOR_VERSION, generatePhantoms, type PhantomOptions, type PhantomSummary } from './generate';
