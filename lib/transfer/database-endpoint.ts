import {types} from 'node:util';
import {InMemoryError} from '../base/errors';
import {getOwn, type Row, setOwn} from '../value/copy';
import {awaited} from './awaited';
import type {CopyModel} from './copy-models';
import {storedAs} from './declared-models';
import {discoveredModels} from './discovered-models';
import type {Endpoint, LeftOut} from './endpoint';
import {type Doubles, inexactDoubles, readExactly} from './exact-doubles';
import {
  connected,
  type CopyModelClass,
  type JugglerDataSource,
} from './juggler';
import {keyText} from './row-hash';

/** How many ids of several properties are asked for at once. */
const idsAtOnce = 100;

/** Rows that are added, and how. */
interface Added {
  readonly rows: readonly Row[];
  readonly options: object;
}

/** A database, by a datasource of LoopBack with any connector. */
export class DatabaseEndpoint implements Endpoint {
  private readonly classes = new Map<string, CopyModelClass>();
  private readonly doubles = new Map<string, Promise<Doubles | undefined>>();

  /** `isOwn` says that the datasource was made for this, and ends with it. */
  constructor(
    readonly dataSource: JugglerDataSource,
    readonly name: string,
    private readonly isOwn: boolean,
  ) {}

  /** Those that the application has attached, else those that are discovered. */
  async models(): Promise<readonly CopyModel[]> {
    await this.connect();
    const attached = Object.values(this.dataSource.models).filter(
      ({dataSource}) => dataSource === this.dataSource,
    );
    return attached.length > 0
      ? attached.map(attachedModel)
      : this.asked('discover its tables', discoveredModels(this.dataSource));
  }

  /** Other tables of a database may be of anybody: nothing is told of them. */
  async othersThan(): Promise<readonly LeftOut[]> {
    return [];
  }

  private connect(): Promise<void> {
    return this.asked('connect', connected(this.dataSource));
  }

  private asked<T>(what: string, answer: Promise<T>): Promise<T> {
    return awaited(`${this.name} was asked to ${what}`, answer);
  }

  define(models: readonly CopyModel[]): this {
    for (const model of models) {
      const attached = this.dataSource.models[model.name];
      const isAttached = attached?.dataSource === this.dataSource;
      this.classes.set(
        model.name,
        isAttached ? attached : model.define(this.dataSource),
      );
    }
    return this;
  }

  async count(model: CopyModel): Promise<number | undefined> {
    const {name} = model;
    await this.connect();
    try {
      const answer = this.classOf(model).count();
      return await this.asked(`count the rows of ${name}`, answer);
    } catch (error) {
      if (isMissingTable(error)) return undefined;
      throw new InMemoryError(
        'INVALID_MODEL',
        `${this.name} has no table for ${name} that can be read: ` +
          sentence(error),
        {table: name},
        {cause: error},
      );
    }
  }

  async migrate(models: readonly CopyModel[]): Promise<void> {
    const {connector} = this.dataSource;
    if (typeof connector.autoupdate !== 'function') {
      throw new InMemoryError(
        'INVALID_SETTING',
        `${this.name} cannot make tables: its connector, ${connector.name}, has no ` +
          'autoupdate. Make them there, and copy without --migrate (migrate: true).',
        {property: 'migrate'},
      );
    }
    const names = models.map(({name}) => name);
    try {
      const answer = this.dataSource.autoupdate(names);
      await this.asked('make its tables', answer);
    } catch (error) {
      throw new InMemoryError(
        'INVALID_MODEL',
        `The autoupdate of ${this.name} has failed: ${sentence(error)} ` +
          'No row was copied; tables that it has made before stay.',
        {},
        {cause: error},
      );
    }
  }

  async *batches(
    model: CopyModel,
    size: number,
  ): AsyncGenerator<readonly Row[]> {
    const {key} = model;
    const [id] = key;
    const order = key.map(name => `${name} ASC`);
    let filter: object = {};
    for (let skip = 0; ; skip += size) {
      if (key.length !== 1) filter = skip === 0 ? {} : {skip};
      const rows = await this.find(model, {...filter, order, limit: size});
      if (rows.length > 0) yield rows;
      if (rows.length < size) return;
      filter = {where: {[id!]: {gt: getOwn(rows.at(-1)!, id!)}}};
    }
  }

  async withIdsOf(
    model: CopyModel,
    rows: readonly Row[],
  ): Promise<readonly Row[]> {
    const {key} = model;
    const [id] = key;
    if (key.length === 1) {
      const inq = rows.map(row => getOwn(row, id!));
      return this.find(model, {where: {[id!]: {inq}}});
    }
    const found: Row[] = [];
    for (let start = 0; start < rows.length; start += idsAtOnce) {
      const or = rows
        .slice(start, start + idsAtOnce)
        .map(row =>
          Object.fromEntries(key.map(name => [name, getOwn(row, name)])),
        );
      found.push(...(await this.find(model, {where: {or}})));
    }
    return found;
  }

  /**
   * Past hooks and validations of the model: rows are to be as they were. SQL
   * databases get several at once, of which each has all columns. With a
   * transaction all stay or none.
   */
  async add(
    model: CopyModel,
    rows: readonly Row[],
    options: {readonly transaction?: object} = {},
  ): Promise<void> {
    const {connector} = this.dataSource;
    const {createAll, multiInsertSupported} = connector;
    if (multiInsertSupported === true && createAll !== undefined) {
      const isSql = connector.tableEscaped !== undefined;
      const whole = isSql
        ? rows.map(row => withAll(row, model.properties))
        : rows.map(row => ({...row}));
      await this.call(model, {options, rows: whole}, done =>
        createAll.call(connector, model.name, whole, options, done),
      );
      return;
    }
    for (const row of rows) {
      await this.call(model, {options, rows: [row]}, done =>
        connector.create(model.name, {...row}, options, done),
      );
    }
  }

  /** Puts rows of our own connector in the place of those with their ids. */
  async replace(
    model: CopyModel,
    rows: readonly Row[],
    options: {readonly transaction: object},
  ): Promise<void> {
    const {connector} = this.dataSource;
    for (const row of rows) {
      await this.call(model, {options, rows: [row]}, done =>
        connector.replaceOrCreate!(model.name, {...row}, options, done),
      );
    }
  }

  private async call(
    {key, name}: CopyModel,
    {options, rows}: Added,
    add: (done: (error: Error | null) => void) => void,
  ): Promise<void> {
    try {
      await this.asked(
        `add rows of ${name}`,
        new Promise<void>((resolve, reject) =>
          add(error => (error ? reject(error) : resolve())),
        ),
      );
    } catch (error) {
      const first = keyText(rows[0]!, key) ?? '';
      const last = keyText(rows.at(-1)!, key) ?? '';
      const ids = first === last ? `id ${first}` : `ids ${first} to ${last}`;
      const what =
        'transaction' in options
          ? 'Nothing was copied.'
          : 'What was copied before stays; --resume (resume: true) goes on.';
      throw new InMemoryError(
        'INVALID_VALUE',
        `${this.name} refuses rows of ${name} (${ids}): ` +
          `${sentence(error)} ${what}`,
        {table: name},
        {cause: error},
      );
    }
  }

  /** PostgreSQL counts its ids apart from the rows that have them. */
  async finish(models: readonly CopyModel[]): Promise<void> {
    const {connector} = this.dataSource;
    if (connector.name !== 'postgresql') return;
    for (const {key, name} of models) {
      const [id] = key;
      if (key.length !== 1 || id === undefined) continue;
      const table = connector.tableEscaped!(name);
      const column = connector.columnEscaped!(name, id);
      const sequence = `pg_get_serial_sequence('${table.replaceAll("'", "''")}', $1)`;
      const property = connector.column!(name, id);
      const found = (await this.dataSource.execute(
        `SELECT ${sequence} AS sequence`,
        [property],
      )) as {sequence: string | null}[];
      const sequenceName = found[0]?.sequence ?? undefined;
      if (sequenceName === undefined) continue;
      await this.dataSource.execute(
        `SELECT setval($1::regclass, (SELECT max(${column}) FROM ${table}))`,
        [sequenceName],
      );
    }
  }

  async close(): Promise<void> {
    if (!this.isOwn) return;
    await this.asked('disconnect', this.dataSource.disconnect());
  }

  private classOf({name}: CopyModel): CopyModelClass {
    return this.classes.get(name)!;
  }

  private async find(model: CopyModel, filter: object): Promise<Row[]> {
    const found = await this.asked(
      `find rows of ${model.name}`,
      this.classOf(model).find(filter),
    );
    const rows = found.map(instance => plainRow(instance));
    let doubles = this.doubles.get(model.name);
    if (doubles === undefined) {
      doubles = inexactDoubles(this.dataSource, model);
      this.doubles.set(model.name, doubles);
    }
    const inexact = await doubles;
    if (inexact !== undefined) {
      await readExactly(this.dataSource, inexact, rows);
    }
    return rows;
  }
}

function attachedModel({definition, modelName}: CopyModelClass): CopyModel {
  const {properties, settings} = definition;
  const declared = Object.values(settings?.['foreignKeys'] ?? {});
  return {
    name: modelName,
    isDeclared: true,
    stored: storedAs({name: modelName, properties, settings}),
    key: Object.keys(properties)
      .filter(name => Boolean(properties[name]!.id))
      .sort((a, b) => Number(properties[a]!.id) - Number(properties[b]!.id)),
    properties: Object.keys(properties),
    parents: declared.map(key => String((key as {entity?: unknown}).entity)),
    define: dataSource =>
      dataSource.define(modelName, properties, {...settings, forceId: false}),
  };
}

function sentence(error: unknown): string {
  return (error as Error).message.replace(/[^.]$/, '$&.');
}

/** Whether a database says that there is no such table. */
function isMissingTable(error: unknown): boolean {
  const {code, message} = error as {code?: unknown; message: string};
  return (
    code === '42P01' ||
    code === 'ER_NO_SUCH_TABLE' ||
    /no such table|Invalid object name|ORA-00942/i.test(message)
  );
}

function withAll(row: Row, properties: readonly string[]): Row {
  const whole: Record<string, unknown> = {};
  for (const name of properties) setOwn(whole, name, getOwn(row, name) ?? null);
  return {...whole, ...row};
}

/** An instance of a model as a row of plain values, without nulls. */
function plainRow(instance: object): Record<string, unknown> {
  const {toObject} = instance as {
    toObject?: (...choices: boolean[]) => Record<string, unknown>;
  };
  // Neither only what is declared, nor without what is hidden or protected.
  const all = toObject?.call(instance, false, false, false) ?? instance;
  const row: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(all)) {
    const plain = plainValue(value);
    if (plain !== null && plain !== undefined) setOwn(row, name, plain);
  }
  return row;
}

function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' ? undefined : value;
  }
  if (types.isDate(value)) return value;
  if (types.isUint8Array(value)) return Buffer.from(value);
  if (Array.isArray(value)) return Array.from(value, plainValue);
  const {toHexString, toObject} = value as {
    toHexString?: () => string;
    toObject?: (onlySchema: boolean) => object;
  };
  if (typeof toHexString === 'function') return toHexString.call(value);
  const plain =
    typeof toObject === 'function' ? toObject.call(value, false) : value;
  return Object.fromEntries(
    Object.entries(plain)
      .map(([name, item]) => [name, plainValue(item)] as const)
      .filter(([, item]) => item !== undefined),
  );
}
