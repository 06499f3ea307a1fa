import {andThen, type Cuttable} from '../base/cuttable';
import {formatId, sequenceAfter} from '../schema/ids';
import type {RowChange, Table} from '../store/table';
import type {Version} from '../store/version';
import type {RowTest, WriteView} from '../transaction/statement';
import type {Row} from '../value/copy';

/**
 * The next sequence number of each table's generated ids. Not part of a version:
 * a rollback does not give numbers back.
 */
export type Sequences = Map<string, number>;

/** The database as a statement sees it while it writes. */
export class Writer implements WriteView {
  /** For each table the number after the ids that the statement was given. */
  private afterGivenIds: Map<string, number> | undefined;

  constructor(
    private readonly view: WriteView,
    private readonly sequences: Sequences,
  ) {}

  get version(): Version {
    return this.view.version;
  }

  get isCut(): boolean {
    return this.view.isCut;
  }

  get notesReads(): boolean {
    return this.view.notesReads;
  }

  noteRead(table: string, test: RowTest): void {
    this.view.noteRead(table, test);
  }

  candidates(
    table: string,
    find: () => Cuttable<readonly Row[]>,
    test: RowTest,
  ): Cuttable<readonly Row[]> {
    return this.view.candidates(table, find, test);
  }

  change(table: string, changes: readonly RowChange[]): Cuttable<void> {
    const changed = this.view.change(table, changes);
    const {afterGivenIds} = this;
    return afterGivenIds === undefined
      ? changed
      : andThen(changed, () => this.count(afterGivenIds));
  }

  /** From here on ids count, also for those who do not see the rows yet. */
  private count(afterGivenIds: ReadonlyMap<string, number>): void {
    for (const [name, next] of afterGivenIds) {
      if (next > (this.sequences.get(name) ?? 1)) {
        this.sequences.set(name, next);
      }
    }
  }

  truncate(table: string): Cuttable<void> {
    return this.view.truncate(table);
  }

  /** Notes an id that a row of the statement has, so none like it is made. */
  noteId(table: Table, id: unknown): void {
    const {name, idGeneration} = table.schema;
    const next = sequenceAfter(idGeneration, id);
    this.afterGivenIds ??= new Map();
    if (next > (this.afterGivenIds.get(name) ?? 1)) {
      this.afterGivenIds.set(name, next);
    }
  }

  /**
   * A new id for a table, greater than all before. Ids are not given back when
   * the statement fails, so two statements never get the same.
   */
  generateId(table: Table): unknown {
    const {name, idGeneration} = table.schema;
    const sequence = Math.max(
      this.sequences.get(name) ?? 1,
      table.nextSequence,
      this.afterGivenIds?.get(name) ?? 1,
    );
    this.sequences.set(name, sequence + 1);
    return formatId(idGeneration, sequence);
  }

  /**
   * The next number of a sequence that a table has beside that of its ids. It
   * begins with `first()`.
   */
  nextOf(table: string, sequence: string, first: () => number): number {
    const name = sequenceName(table, sequence);
    const next = this.sequences.get(name) ?? first();
    this.sequences.set(name, next + 1);
    return next;
  }
}

function sequenceName(table: string, sequence: string): string {
  return `${table}\0${sequence}`;
}

/** Has the sequences that a table has beside that of its ids begin again. */
export function restartOthers(sequences: Sequences, table: string): void {
  const prefix = sequenceName(table, '');
  for (const name of sequences.keys()) {
    if (name.startsWith(prefix)) sequences.delete(name);
  }
}
