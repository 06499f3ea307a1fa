import {InMemoryError, type MigrationProblem, show} from '../base/errors';
import type {RecoveredTable} from '../persistence/recovered-table';
import type {TableSchema} from '../schema/schema';

/** What of a row a database cannot hold. */
export interface Misfit {
  readonly property: string;
  readonly value: unknown;
  readonly reason: string;
}

/** Makes rows that a database has written those of another one. */
export interface FitRows {
  /** Makes values that a database has stored those that its applications read. */
  readonly read: (row: Record<string, unknown>, writer: string) => void;
  /** Makes them those of the columns; what these cannot hold without a loss. */
  readonly write: (row: Record<string, unknown>) => readonly Misfit[];
}

const maxListed = 10;

/** The rows of a file that another dialect has written, in the columns of this one. */
export class ForeignRows {
  private readonly problems: MigrationProblem[] = [];
  private count = 0;

  /** Undefined where the rows are of the same dialect. */
  static of(
    {schema: kept}: Pick<RecoveredTable, 'schema'>,
    schema: TableSchema,
    fit: FitRows | undefined,
  ): ForeignRows | undefined {
    const writer = kept?.native?.database;
    return fit === undefined || schema.native?.database === writer
      ? undefined
      : new ForeignRows(schema, fit, writer);
  }

  private constructor(
    private readonly schema: TableSchema,
    private readonly fit: FitRows,
    private readonly writer: string | undefined,
  ) {}

  /** Makes a row what applications of the database read that has written it. */
  read(row: Record<string, unknown>): void {
    if (this.writer !== undefined) this.fit.read(row, this.writer);
  }

  /** Fits a row, or notes what is in the way. */
  take(row: Record<string, unknown>, id: unknown): void {
    const {columns, name: table, native} = this.schema;
    const reason = 'the table has no such column';
    const unknown = Object.keys(row)
      .filter(property => native && !Object.hasOwn(columns, property))
      .map(property => ({property, value: row[property], reason}));
    for (const misfit of [...unknown, ...this.fit.write(row)]) {
      this.count++;
      if (this.problems.length === maxListed) continue;
      this.problems.push({table, id, ...misfit});
    }
  }

  /**
   * Fails with MIGRATION_REFUSED, which lists what is in the way; `dialect` is the
   * name of the one that has the columns.
   */
  throwIfAny(dialect: string): void {
    const {count, problems, schema, writer} = this;
    const {name: table} = schema;
    const [first] = problems;
    if (first === undefined) return;
    const lines = problems.map(
      ({id, property, reason}) => `- ${show(id)}, ${property}: ${reason}`,
    );
    const more = count - problems.length;
    if (more > 0) lines.push(`- and ${more} more`);
    const advice =
      writer === undefined ? 'without emulate' : `with emulate: '${writer}'`;
    throw new InMemoryError(
      'MIGRATION_REFUSED',
      (schema.native === undefined
        ? `The rows of ${table} were written for ${writer}, and its columns `
        : `The rows of ${table} were not written for ${dialect}, whose columns `) +
        `cannot hold ${count === 1 ? '1 value' : `${count} values`} of them:\n` +
        `${lines.join('\n')}\nMend them, or open the file ${advice}.`,
      {table, property: first.property, problems, problemCount: count},
    );
  }
}
