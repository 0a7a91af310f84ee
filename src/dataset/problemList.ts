import type { RowProblem } from './importRecords';

const KEPT_PROBLEMS = 1_000;

/**
 * What is wrong with the rows of a source. The first thousand problems are kept, all are counted: a file may be bad
 * throughout.
 */
export class ProblemList {
  /** worse than bad rows: the file cannot be separated into rows, so that skipping some would not help */
  brokenFile = false;
  private readonly kept: RowProblem[] = [];
  private readonly places = new Set<string>();
  private count = 0;

  add(...problems: readonly RowProblem[]): void {
    for (const problem of problems) {
      this.count++;
      this.places.add(problem.place);
      if (this.kept.length < KEPT_PROBLEMS) this.kept.push(problem);
    }
  }

  /** how many there are */
  get total(): number {
    return this.count;
  }

  get badRows(): number {
    return this.places.size;
  }

  /** @returns those that are kept, by line where they have one */
  list(): RowProblem[] {
    return [...this.kept].sort((a, b) => lineOf(a) - lineOf(b));
  }
}

const lineOf = ({ place }: RowProblem): number => (place.startsWith('line ') ? Number(place.slice('line '.length)) : 0);
