import {inMemory} from '../../connector/in-memory';
import type {DatabaseState} from '../../database/database';
import type {DataSourceLike} from '../watched-models';
import {defaultOf, type GeneratedValues, isGenerated} from './generated-values';
import type {Mistakes} from './mistakes';
import {isPlain, plainRow} from './plain-model';
import type {PlannedRow} from './plan';
import {placeOf} from './seed-rows';
import type {SeededModel, SeedInstance, SeedModelClass} from './seeded-model';

/** A transaction of the juggler. */
export interface SeedTransaction {
  readonly connection?: unknown;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** How rows are written. */
export interface Writing {
  readonly dataSource: DataSourceLike;
  /** Undefined where nobody sees the datasource. */
  readonly transaction: SeedTransaction | undefined;
  readonly mistakes: Mistakes;
  /** What makes times and ids, where they are set. */
  readonly generated: GeneratedValues | undefined;
  /** Told of how many rows are written. */
  readonly progress: (rows: number) => void;
}

type Values = Record<string, unknown>;

const savepoint = 'seed';

/** Writes rows, in a transaction if there is one, as their models do it. */
export class RowWriter {
  /** How many rows are written by a statement. */
  readonly maxRows: number;
  private mark: DatabaseState | undefined;
  private readonly options: {readonly transaction?: SeedTransaction};

  constructor(private readonly writing: Writing) {
    const {transaction} = writing;
    this.options = transaction ? {transaction} : {};
    this.maxRows = transaction ? 1000 : 10_000;
  }

  /** Writes rows by one statement. Fails, and tells which of them are refused. */
  async insert(
    model: SeededModel,
    rows: readonly PlannedRow[],
    needed: ReadonlySet<PlannedRow>,
  ): Promise<void> {
    const {generated, progress} = this.writing;
    if (generated) for (const row of rows) fill(row, generated);
    await this.at('savepoint');
    let written: readonly Values[];
    try {
      written = await this.write(model, rows);
    } catch (error) {
      await this.blame(model, rows, error);
      throw error;
    }
    for (const [i, row] of rows.entries()) {
      if (row.seed.name !== undefined || needed.has(row)) {
        row.written = written[i]!;
      }
    }
    progress(rows.length);
  }

  /** Changes a row that was written. */
  async update(row: PlannedRow, values: Values): Promise<void> {
    const {dataSource, mistakes} = this.writing;
    const {idNames, name} = row.model;
    const written = row.written ?? row.values;
    const where = Object.fromEntries(
      idNames.map(name => [name, written[name]]),
    );
    try {
      await modelOf(dataSource, name).updateAll(where, values, this.options);
    } catch (error) {
      mistakes.add(placeOf(row.seed), (error as Error).message);
      mistakes.throwIfAny(error);
    }
  }

  /** Marks a place in what is written, or goes back to it. */
  private async at(what: 'savepoint' | 'rollbackTo'): Promise<void> {
    const {dataSource, transaction} = this.writing;
    const connector = inMemory(dataSource);
    if (transaction !== undefined) {
      await connector[what](transaction.connection, savepoint);
    } else if (what === 'savepoint') this.mark = connector.database.state;
    else await connector.database.restore(this.mark!);
  }

  private async write(
    model: SeededModel,
    rows: readonly PlannedRow[],
  ): Promise<readonly Values[]> {
    const plain = isPlain(model, this.writing.dataSource)
      ? this.plainRows(model, rows)
      : undefined;
    if (plain === undefined) return this.writeByModel(model, rows);
    return new Promise((resolve, reject) => {
      inMemory(this.writing.dataSource).createAll(
        model.name,
        plain,
        this.options,
        (error, written) => (error ? reject(error) : resolve(written!)),
      );
    });
  }

  /** The rows as the juggler would hand them on; undefined where it is to be asked. */
  private plainRows(
    model: SeededModel,
    rows: readonly PlannedRow[],
  ): Values[] | undefined {
    const plain: Values[] = [];
    for (const {values} of rows) {
      const row = plainRow(model, values, this.writing.generated);
      if (row === undefined) return undefined;
      plain.push(row);
    }
    return plain;
  }

  private async writeByModel(
    {idNames, name}: SeededModel,
    rows: readonly PlannedRow[],
  ): Promise<readonly Values[]> {
    const modelClass = modelOf(this.writing.dataSource, name);
    const given = rows.map(({values}) => ({...values}));
    // The juggler refuses ids that are given where it makes some; a seed may have them.
    const {forceId} = modelClass.definition.settings;
    const hasIds = given.some(row =>
      idNames.some(name => (row[name] ?? undefined) !== undefined),
    );
    const options =
      forceId && hasIds ? {...this.options, validate: false} : this.options;
    const instances = await modelClass.createAll(given, options);
    return instances.map(valuesOf);
  }

  /** Finds the rows for which a statement failed. */
  private async blame(
    model: SeededModel,
    rows: readonly PlannedRow[],
    error: unknown,
  ): Promise<void> {
    const {mistakes} = this.writing;
    try {
      await this.at('rollbackTo');
    } catch {
      // The transaction is over, for a reason that is no row's.
      return;
    }
    let left = rows;
    let failures = new Map<PlannedRow, unknown>();
    for (let before = -1; before !== left.length && left.length > 0;) {
      before = left.length;
      failures = await this.failuresOf(model, left);
      // They may have needed rows that came behind them.
      left = left.filter(row => failures.has(row));
    }
    for (const [{seed}, failure] of failures) {
      mistakes.add(placeOf(seed), reasonOf(failure));
    }
    mistakes.throwIfAny(error);
  }

  private async failuresOf(
    model: SeededModel,
    rows: readonly PlannedRow[],
  ): Promise<Map<PlannedRow, unknown>> {
    const failures = new Map<PlannedRow, unknown>();
    for (const row of rows) {
      await this.at('savepoint');
      try {
        await this.write(model, [row]);
      } catch (error) {
        await this.at('rollbackTo');
        failures.set(row, error);
      }
    }
    return failures;
  }
}

function modelOf(dataSource: DataSourceLike, name: string): SeedModelClass {
  const models = (
    dataSource as unknown as {
      modelBuilder: {models: Record<string, SeedModelClass>};
    }
  ).modelBuilder.models;
  return models[name]!;
}

/** Gives a row the times and ids that are made for it. */
function fill({model, values}: PlannedRow, generated: GeneratedValues): void {
  for (const [name, property] of Object.entries(model.properties)) {
    if (values[name] !== undefined || !isGenerated(property)) continue;
    const value = defaultOf(property, generated);
    if (value !== undefined) values[name] = value;
  }
}

function valuesOf(instance: SeedInstance): Values {
  return instance.toObject?.() ?? (instance as Values);
}

function reasonOf(error: unknown): string {
  return (error as Error).message.replace(/\.$/, '');
}
