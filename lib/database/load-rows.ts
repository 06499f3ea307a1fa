import {InMemoryError, show} from '../base/errors';
import type {PutRow} from '../persistence/journal/commit-codec';
import {identifiedRows, idText} from '../persistence/salvage/identified-rows';
import {RecoveredTable} from '../persistence/recovered-table';
import {sequenceAfter} from '../schema/ids';
import type {Key} from '../store/tree/key-order';
import {copyIn, getOwn, setOwn} from '../value/copy';
import type {FileTables} from './edit-file';

/** A row that is to be put into a file. */
export interface InputRow {
  readonly model: string;
  /** Undefined where the row has it, or is to get the next number. */
  readonly id: unknown;
  readonly row: Record<string, unknown>;
  /** The properties that are the id, where the input says so. */
  readonly key: readonly string[] | undefined;
  /** Where it comes from, for errors. */
  readonly place: string;
}

/** What became of the rows of a model. */
export interface LoadedModel {
  readonly model: string;
  readonly added: number;
  readonly replaced: number;
}

/**
 * Puts rows into tables, all of them or none. A row whose id is taken replaces
 * that one if `replaces`, and fails with DUPLICATE_KEY otherwise. Ids count as
 * the same when their texts are: 7 and "7". O(rows of the models concerned).
 */
export function loadRows(
  tables: FileTables,
  input: readonly InputRow[],
  replaces: boolean,
): LoadedModel[] {
  const loaders = new Map<string, TableLoader>();
  for (const row of input) {
    let loader = loaders.get(row.model);
    if (loader === undefined) {
      const table = tables.get(row.model);
      loader = new TableLoader(row, table, {input, replaces});
      loaders.set(row.model, loader);
    }
    loader.add(row);
  }
  // Nothing can be refused from here on.
  return [...loaders.values()].map(loader => loader.finish(tables));
}

/** All that is loaded, and whether it may replace rows. */
interface Load {
  readonly input: readonly InputRow[];
  readonly replaces: boolean;
}

/** Puts rows into one table. */
class TableLoader {
  private readonly model: string;
  private readonly key: readonly string[];
  /** The ids that are taken, by their texts. */
  private readonly ids = new Map<string, Key>();
  private readonly put: PutRow[] = [];
  private readonly table: RecoveredTable;
  /** The ids that rows of the input have; looked up when a row has none. */
  private givenIds: ReadonlySet<string> | undefined;
  private next: number;
  private replaced = 0;

  constructor(
    {key: wantedKey, model}: InputRow,
    existing: RecoveredTable | undefined,
    private readonly load: Load,
  ) {
    this.model = model;
    this.table = existing ?? new RecoveredTable(model, undefined);
    this.next = this.table.nextSequence;
    const {key, rows} = identifiedRows(this.table);
    const isKnown = rows.length > 0 || this.table.primaryKey !== undefined;
    this.key = isKnown ? key : (wantedKey ?? ['id']);
    for (const [id] of rows) {
      if (this.ids.has(idText(id))) throw ambiguous(model, id);
      this.note(id);
    }
  }

  add(input: InputRow): void {
    const {key, place} = input;
    if (key !== undefined && String(key) !== String(this.key)) {
      throw this.refused(
        place,
        `its id is ${nameOf(key)}, and that of the file is ${nameOf(this.key)}`,
      );
    }
    const row = copied(input);
    const wanted = this.idOf(input) ?? this.generated(row, place);
    const taken = this.ids.get(idText(wanted));
    if (taken !== undefined) {
      if (!this.load.replaces) throw this.isTaken(place, wanted);
      this.replaced++;
      if (this.key.length === 1) setOwn(row, this.key[0]!, taken);
      this.put.push([taken, row]);
      return;
    }
    this.note(wanted);
    this.put.push([wanted, row]);
  }

  /** The id that a row has or stands under; undefined where it has none. */
  private idOf({id, row}: InputRow): Key {
    const values = this.key.map(name => getOwn(row, name) ?? undefined);
    if (values.length === 0 || values.includes(undefined)) {
      return id ?? undefined;
    }
    return values.length === 1 ? values[0] : values;
  }

  private generated(row: Record<string, unknown>, place: string): number {
    if (this.key.length > 1) {
      throw this.refused(place, `it needs its id, ${nameOf(this.key)}`);
    }
    this.givenIds ??= this.idsOfInput();
    let id = this.next;
    while (this.givenIds.has(idText(id))) id++;
    if (this.key.length === 1) setOwn(row, this.key[0]!, id);
    return id;
  }

  private idsOfInput(): Set<string> {
    const rows = this.load.input.filter(({model}) => model === this.model);
    const ids = rows.map(row => this.idOf(row));
    return new Set(ids.filter(id => id !== undefined).map(idText));
  }

  private note(id: Key): void {
    this.ids.set(idText(id), id);
    this.next = Math.max(this.next, sequenceAfter('text', id));
  }

  private isTaken(place: string, id: Key): InMemoryError {
    return new InMemoryError(
      'DUPLICATE_KEY',
      `${place}: ${this.model} has a row with the id ${show(id)} already; ` +
        '--replace lets this one take its place. Nothing was loaded.',
      {table: this.model, id},
    );
  }

  private refused(place: string, why: string): InMemoryError {
    return new InMemoryError(
      'INVALID_VALUE',
      `${place}: a row of ${this.model} cannot be loaded: ${why}. ` +
        'Nothing was loaded.',
      {table: this.model},
    );
  }

  finish(tables: FileTables): LoadedModel {
    const {key, model, next, put, replaced, table} = this;
    table.add({table: model, key, put, next});
    tables.set(model, table);
    return {model, added: put.length - replaced, replaced};
  }
}

/** The row as it is stored. Fails with INVALID_VALUE, and says where it is. */
function copied({place, row}: InputRow): Record<string, unknown> {
  try {
    return copyIn(row);
  } catch (error) {
    if (!(error instanceof InMemoryError)) throw error;
    const {code, details, message} = error;
    const text = `${place}: ${message} Nothing was loaded.`;
    throw new InMemoryError(code, text, details, {cause: error});
  }
}

function nameOf(key: readonly string[]): string {
  return key.length === 0 ? 'a hidden number' : key.join(' and ');
}

function ambiguous(model: string, id: Key): InMemoryError {
  return new InMemoryError(
    'DUPLICATE_KEY',
    `Two rows of ${model} in the file have the id ${show(id)}; mend that first. ` +
      'Nothing was loaded.',
    {table: model, id},
  );
}
