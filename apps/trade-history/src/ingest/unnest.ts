/** Many rows in one statement: each column travels as one array, which PostgreSQL takes apart again. */
import { Statement } from '../database/database';

export interface ColumnOf<Row> {
  readonly name: string;
  readonly type: string;
  readonly value: (row: Row) => unknown;
  /** What is stored instead of the value itself, worked out by the database from the row's columns. */
  readonly stored?: string;
}

/** An INSERT of any number of rows; `suffix` says what happens to those that are there already. */
export class UnnestInsert<Row> {
  private readonly statement: Statement;

  constructor(
    table: string,
    private readonly columns: readonly ColumnOf<Row>[],
    suffix: string,
  ) {
    const names = columns.map(({ name }) => name).join(', ');
    const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');
    this.statement = {
      name: `insert-${table}`,
      text: `INSERT INTO ${table} (${names}) SELECT ${columns.map(({ name, stored }) => stored ?? name).join(', ')}
        FROM unnest(${arrays}) AS given (${names}) ${suffix}`,
    };
  }

  of(rows: readonly Row[]): Statement & { readonly values: unknown[][] } {
    return {
      ...this.statement,
      values: this.columns.map(({ value }) => rows.map((row) => value(row) ?? null)),
    };
  }
}

/** `ms` of the epoch as the database reads it, to the millisecond. */
export const instant = (ms: number): string => new Date(ms).toISOString();
