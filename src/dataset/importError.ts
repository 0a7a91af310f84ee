import { BadUserInput } from '../errors';
import type { RowProblem } from './importRecords';
import type { ProblemList } from './problemList';

const SHOWN = 50;

/**
 * A source that was not imported because of its rows: the first fifty problems are in the message, the first thousand
 * in `problems`.
 */
export class ImportError extends BadUserInput {
  readonly problems: readonly RowProblem[];

  /** @param remedy what to do, where the rest cannot be imported with --skip-bad-rows */
  constructor(file: string, found: ProblemList, remedy?: string) {
    const problems = found.list();
    const lines = problems.slice(0, SHOWN).map((problem) => `  ${problemText(problem)}`);
    if (found.total > SHOWN) lines.push(`  … and ${found.total - SHOWN} more`);
    const rows = `${found.badRows} bad ${found.badRows === 1 ? 'row' : 'rows'}`;
    const advice = found.brokenFile
      ? 'Correct them first: with such faults rows cannot be separated, so that none can be skipped.'
      : (remedy ?? 'Correct them, or import the rest with --skip-bad-rows.');
    super(
      `${file} was not imported, nothing was changed: ${rows}.\n${lines.join('\n')}\n${advice}`,
      problems[0]?.column,
    );
    this.problems = problems;
  }
}

/** @returns e.g. `line 7, column Key_slice_index: expected a whole number, got "x"`, or `annotations[3].bbox: …` */
export function problemText({ place, column, reason }: RowProblem): string {
  return place.startsWith('line ') ? `${place}, column ${column}: ${reason}` : `${place}.${column}: ${reason}`;
}
