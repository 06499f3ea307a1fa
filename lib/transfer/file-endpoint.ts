import {InMemoryError} from '../base/errors';
import {editFile} from '../database/edit-file';
import {type InputRow, loadRows} from '../database/load-rows';
import {bytesOf} from '../persistence/data-file/plain-files';
import {placeOf} from '../persistence/disk/canonical-path';
import {damageAdvice} from '../persistence/disk/damage';
import {journalSuffix} from '../persistence/disk/file-names';
import {inspect} from '../persistence/inspection';
import type {Row} from '../value/copy';
import {type CopyModel, modelOfSchema} from './copy-models';
import type {Endpoint} from './endpoint';
import {knownTables} from './file-tables';
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

  constructor(file: string) {
    this.name = placeOf(file);
  }

  async models(): Promise<CopyModel[]> {
    if (!this.isThere()) {
      throw new InMemoryError(
        'PERSISTENCE_FAILED',
        `${this.name} does not exist.`,
        {file: this.name},
      );
    }
    return [...(await this.read()).values()].map(({rows, schema}) =>
      modelOfSchema(schema, surveyColumns(rows).keys()),
    );
  }

  define(): void {}

  /** Tables come with their rows. */
  async migrate(): Promise<void> {}

  async count({name}: CopyModel): Promise<number> {
    return (await this.read()).get(name)?.rows.length ?? 0;
  }

  async *batches(
    {name}: CopyModel,
    size: number,
  ): AsyncGenerator<readonly Row[]> {
    const rows = (await this.read()).get(name)?.rows ?? [];
    for (let start = 0; start < rows.length; start += size) {
      yield rows.slice(start, start + size);
    }
  }

  async withIdsOf(
    {key, name}: CopyModel,
    rows: readonly Row[],
  ): Promise<readonly Row[]> {
    let known = this.byKey.get(name);
    if (known === undefined) {
      const own = (await this.read()).get(name)?.rows ?? [];
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
      await editFile(
        this.name,
        tables => loadRows(tables, this.added, false).length > 0,
      );
    }
    this.added.length = 0;
    this.tables = undefined;
    this.byKey.clear();
  }

  async close(): Promise<void> {}

  private isThere(): boolean {
    return (
      bytesOf(this.name) !== undefined ||
      bytesOf(this.name + journalSuffix) !== undefined
    );
  }

  private read(): Promise<Map<string, TransferTable>> {
    this.tables ??= this.readTables();
    return this.tables;
  }

  private async readTables(): Promise<Map<string, TransferTable>> {
    if (!this.isThere()) return new Map();
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
