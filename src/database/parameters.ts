/** The values of one statement, gathered while its text is written: `add` answers the placeholder of a value. */
export class SqlParameters {
  constructor(readonly values: unknown[] = []) {}

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** A statement that goes on from the same conditions adds to a copy. */
  copy(): SqlParameters {
    return new SqlParameters([...this.values]);
  }
}
