import {InMemoryError} from '../base/errors';
import {editFile} from '../database/edit-file';
import {keepSchemas} from '../database/keep-schemas';
import {type InputRow, loadRows} from '../database/load-rows';
import {bytesOf} from '../persistence/data-file/plain-files';
import {placeOf} from '../persistence/disk/canonical-path';
import {damageAdvice} from '../persistence/disk/damage';
import {journalSuffix} from '../persistence/disk/file-names';
import {inspect} from '../persistence/inspection';
import type {Row} from '../value/copy';
import {type CopyModel, modelOfSchema} from './copy-models';
import {rowsAsDeclared, type StoredAs} from './declared-models';
import type {Endpoint, LeftOut, Role} from './endpoint';
import {knownTables} from './file-tables';
import {ModelFile} from './model-file';
import {keyText} from './row-hash';
import {surveyColumns} from './survey';
import type {TransferTable} from './tables';

/**
 * A data file, without opening it as a database. It is only read, also beside a
 * process that owns it, until {@link finish}, which adds all rows or none.
 */
export class FileEndpoint implements Endpoint {
  readonly name: string;
  private tables: Promise<Map<string, TransferTable>> | undefined;
  private readonly byKey = new Map<string, Map<string | undefined, Row>>();
  private readonly added: InputRow[] = [];
  private readonly declaredRows = new Map<string, readonly Row[]>();
  private known: readonly CopyModel[] = [];

  /** `settings` are those of a datasource that has the file. */
  constructor(
    file: string,
    private readonly role: Role,
    private readonly settings: Readonly<Record<string, unknown>> = {},
  ) {
    this.name = placeOf(file);
  }

  async models(): Promise<readonly CopyModel[]> {
    if (!hasFiles(this.name)) {
      throw new InMemoryError(
        'PERSISTENCE_FAILED',
        `${this.name} does not exist.`,
        {file: this.name},
      );
    }
    return [...(await this.read()).values()].map(
      ({isKept = false, rows, schema}) =>
        modelOfSchema(schema, isKept, surveyColumns(rows).keys()),
    );
  }

  async othersThan(models: readonly CopyModel[]): Promise<readonly LeftOut[]> {
    const tables = await this.read();
    const taken = new Set(models.map(model => tableOf(model, tables)));
    return [...tables.values()]
      .filter(table => table.rows.length > 0 && !taken.has(table))
      .map(({rows, schema}) => ({table: schema.name, rows: rows.length}));
  }

  define(models: readonly CopyModel[]): Endpoint {
    this.known = models;
    if (this.role === 'source' || !models.every(model => model.isDeclared)) {
      return this;
    }
    const {name: file, settings} = this;
    return new ModelFile(
      {file, isThere: hasFiles(this.name), settings},
      models,
    );
  }

  /** Tables come with their rows. */
  async migrate(): Promise<void> {}

  async count(model: CopyModel): Promise<number> {
    return (await this.rowsOf(model)).length;
  }

  async *batches(
    model: CopyModel,
    size: number,
  ): AsyncGenerator<readonly Row[]> {
    const rows = await this.rowsOf(model);
    for (let start = 0; start < rows.length; start += size) {
      yield rows.slice(start, start + size);
    }
  }

  async withIdsOf(
    model: CopyModel,
    rows: readonly Row[],
  ): Promise<readonly Row[]> {
    const {key, name} = model;
    let known = this.byKey.get(name);
    if (known === undefined) {
      const own = await this.rowsOf(model);
      known = new Map(own.map(row => [keyText(row, key), row]));
      this.byKey.set(name, known);
    }
    const found = rows.map(row => known.get(keyText(row, key)));
    return found.filter(row => row !== undefined);
  }

  async add({key, name}: CopyModel, rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.added.push({
        model: name,
        id: undefined,
        row,
        key,
        place: `${name} ${keyText(row, key) ?? ''}`.trim(),
      });
    }
  }

  async finish(): Promise<void> {
    if (this.added.length > 0) {
      await editFile(this.name, tables => {
        const schemas = this.known.flatMap(({schema}) => schema ?? []);
        keepSchemas(tables, schemas);
        return loadRows(tables, this.added, false).length > 0;
      });
    }
    this.added.length = 0;
    this.tables = undefined;
    this.byKey.clear();
    this.declaredRows.clear();
  }

  async close(): Promise<void> {}

  /** The rows of a model, of which a declared one may be under other names. */
  private async rowsOf(model: CopyModel): Promise<readonly Row[]> {
    const {name, stored} = model;
    let rows = this.declaredRows.get(name);
    if (rows !== undefined) return rows;
    const tables = await this.read();
    const table = tableOf(model, tables);
    rows = table?.rows ?? [];
    if (stored !== undefined && table !== undefined) {
      rows = rowsAsDeclared(rows, stored, hasNamesOf(stored, table, name));
    }
    this.declaredRows.set(name, rows);
    return rows;
  }

  private read(): Promise<Map<string, TransferTable>> {
    this.tables ??= this.readTables();
    return this.tables;
  }

  private async readTables(): Promise<Map<string, TransferTable>> {
    if (!hasFiles(this.name)) return new Map();
    const {damages, tables} = await inspect(this.name);
    const [first] = damages;
    if (first !== undefined) {
      throw new InMemoryError(
        'DATA_DAMAGED',
        `${this.name} is damaged (${first.problem}). ${damageAdvice(this.name)}`,
        {file: this.name},
      );
    }
    const known = knownTables([...tables.values()]);
    return new Map(known.tables.map(table => [table.schema.name, table]));
  }
}

/** The table in which rows of a model are looked for. */
function tableOf(
  {name, stored}: CopyModel,
  tables: ReadonlyMap<string, TransferTable>,
): TransferTable | undefined {
  return tables.get(stored?.table ?? name) ?? tables.get(name);
}

/** Whether there is a data file, or a journal of one. */
export function hasFiles(file: string): boolean {
  return (
    bytesOf(file) !== undefined || bytesOf(file + journalSuffix) !== undefined
  );
}

/** Whether a table has the names of a model's columns, and not of its properties. */
function hasNamesOf(
  {columns, table: name}: StoredAs,
  {isKept, schema}: TransferTable,
  model: string,
): boolean {
  if (name !== model) return schema.name === name;
  return (
    isKept === true &&
    [...columns.values()].every(column => Object.hasOwn(schema.columns, column))
  );
}
