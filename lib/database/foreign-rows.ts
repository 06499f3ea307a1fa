import {InMemoryError, type MigrationProblem, show} from '../base/errors';
import type {RecoveredTable} from '../persistence/recovered-table';
import type {TableSchema} from '../schema/schema';

/** What of a row a database cannot hold. */
export interface Misfit {
  readonly property: string;
  readonly value: unknown;
  readonly reason: string;
}

/**
 * Makes values of a row, which another dialect has written, those that the columns
 * of a database have. Returns what they cannot hold without a loss.
 */
export type FitRow = (row: Record<string, unknown>) => readonly Misfit[];

const maxListed = 10;

/** The rows of a file that another dialect has written, in the columns of this one. */
export class ForeignRows {
  private readonly problems: MigrationProblem[] = [];
  private count = 0;

  /** Undefined where the rows are of the same dialect, or any value can be held. */
  static of(
    {schema: kept}: Pick<RecoveredTable, 'schema'>,
    schema: TableSchema,
    fit: FitRow | undefined,
  ): ForeignRows | undefined {
    const writer = kept?.native?.database;
    return fit === undefined || schema.native?.database === writer
      ? undefined
      : new ForeignRows(schema, fit);
  }

  private constructor(
    private readonly schema: TableSchema,
    private readonly fit: FitRow,
  ) {}

  /** Fits a row, or notes what is in the way. */
  take(row: Record<string, unknown>, id: unknown): void {
    const {columns, name: table} = this.schema;
    const reason = 'the table has no such column';
    const unknown = Object.keys(row)
      .filter(property => !Object.hasOwn(columns, property))
      .map(property => ({property, value: row[property], reason}));
    for (const misfit of [...unknown, ...this.fit(row)]) {
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
    const {count, problems, schema} = this;
    const {name: table} = schema;
    const [first] = problems;
    if (first === undefined) return;
    const lines = problems.map(
      ({id, property, reason}) => `- ${show(id)}, ${property}: ${reason}`,
    );
    const more = count - problems.length;
    if (more > 0) lines.push(`- and ${more} more`);
    throw new InMemoryError(
      'MIGRATION_REFUSED',
      `The rows of ${table} were not written for ${dialect}, whose columns ` +
        `cannot hold ${count === 1 ? '1 value' : `${count} values`} of them:\n` +
        `${lines.join('\n')}\nMend them, or open the file without emulate.`,
      {table, property: first.property, problems, problemCount: count},
    );
  }
}
