import { BadUserInput } from '../errors';
import type { RowProblem } from './importRecords';

const SHOWN = 50;

/** A source that was not imported because of its rows: all of them are in `problems`, the first fifty in the message. */
export class ImportError extends BadUserInput {
  constructor(
    file: string,
    readonly problems: readonly RowProblem[],
  ) {
    const lines = problems.slice(0, SHOWN).map(problemText);
    const more = problems.length > SHOWN ? [`… and ${problems.length - SHOWN} more`] : [];
    const places = new Set(problems.map(({ place }) => place)).size;
    super(
      `${file} was not imported, nothing was changed: ${places} bad ${places === 1 ? 'row' : 'rows'}.\n${[
        ...lines,
        ...more,
      ]
        .map((line) => `  ${line}`)
        .join('\n')}\nCorrect them, or import the rest with --skip-bad-rows.`,
      problems[0]?.column,
    );
  }
}

/** @returns e.g. `line 7, column Key_slice_index: expected a whole number, got "x"`, or `annotations[3].bbox: …` */
export function problemText({ place, column, reason }: RowProblem): string {
  return place.startsWith('line ') ? `${place}, column ${column}: ${reason}` : `${place}.${column}: ${reason}`;
}
