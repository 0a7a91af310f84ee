/** The paper's comparison of single-class and multi-class detectors in one command. */
export { describeCommand, runCommand } from './command';
export { drawAccuracyFigure } from './figure';
export type { ComparisonPoint, Findings, StratumComparison } from './findings';
export { verdict, writeReport } from './report';
export { reproduce } from './reproduce';
export { type ReproductionRequest, type ReproductionSettings, reproductionSettings } from './settings';
export { describeSeconds, Stages } from './stages';
