import type {Cuttable} from '../base/cuttable';
import * as statements from '../database/statements';
import type {Writer} from '../database/database';
import type {Explanation} from '../query/explain';
import type {Filter} from '../query/query';
import type {Callback} from './loopback';
import {TransactionConnector} from './transaction-connector';

type Row = Record<string, unknown>;
type Where = object | null | undefined;
type CountCallback = Callback<{count: number}>;
type WriteCallback = (
  error: Error | null,
  row?: Row,
  info?: {isNewInstance: boolean},
) => void;

/**
 * The connector of a datasource. Its methods are those that LoopBack's data
 * access objects call, with the results of the built-in memory connector:
 * callbacks come last, are called once and always later. A statement is done
 * when its method returns, unless it waits for a transaction, and all or nothing
 * of it: one that calls back with an error has changed nothing. With
 * `options.transaction` it is part of that transaction.
 *
 * The rows that callbacks get are copies; the objects that are handed in are
 * copied, too. Only `create` writes to one: it sets a generated id.
 */
export class InMemoryConnector extends TransactionConnector {
  /** Inserts a row. Calls back with its id. Fails with DUPLICATE_KEY. */
  create(
    model: string,
    data: Row,
    options: object,
    callback: Callback<unknown>,
  ): void {
    const answer = (error: Error | null, rows?: readonly Readonly<Row>[]) => {
      if (error || !rows) return callback(error);
      const row = rows[0]!;
      const names = this.idNamesOf(model);
      // Fails silently where the caller's object is frozen.
      for (const name of names) Reflect.set(data, name, row[name]);
      callback(null, row[names[0]!]);
    };
    this.write(model, options, answer, (to, table) =>
      statements.insert(to, table, [data]),
    );
  }

  /** Inserts rows, all or none. Calls back with copies that have their ids. */
  createAll(
    model: string,
    data: readonly Row[],
    options: object,
    callback: Callback<Row[]>,
  ): void {
    this.write(model, options, callback, (to, table) =>
      statements.insertAndCopy(to, table, data),
    );
  }

  /** Changes the row with the id of `data`, or inserts it. */
  save(
    model: string,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    this.writeOne(model, options, callback, (to, table) =>
      statements.upsert(to, table, data, 'patch'),
    );
  }

  /** Another name of {@link save}. */
  updateOrCreate(
    model: string,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    this.save(model, data, options, callback);
  }

  /** Replaces the row with the id of `data`, or inserts it. */
  replaceOrCreate(
    model: string,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    this.writeOne(model, options, callback, (to, table) =>
      statements.upsert(to, table, data, 'replace'),
    );
  }

  /**
   * Changes the one row that matches, or inserts `data` when none does. Fails
   * with MULTIPLE_ROWS when several match.
   */
  upsertWithWhere(
    model: string,
    where: Where,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    this.writeOne(model, options, callback, (to, table) =>
      statements.upsertWhere(to, table, where, data),
    );
  }

  /** Another name of {@link upsertWithWhere}. */
  patchOrCreateWithWhere(
    model: string,
    where: Where,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    this.upsertWithWhere(model, where, data, options, callback);
  }

  /**
   * Calls back with the first row that the filter finds and false, or with a
   * new row and true. Calls at the same time create one row.
   */
  findOrCreate(
    model: string,
    filter: (Filter & {include?: unknown}) | null,
    data: Row,
    options: object,
    callback: (error: Error | null, row?: Row, created?: boolean) => void,
  ): void {
    const answer = (
      error: Error | null,
      written?: statements.Written,
    ): void => {
      if (error || !written) return callback(error);
      const {row, isNew} = written;
      const include = isNew ? undefined : filter?.include;
      this.withIncluded(model, [row], include, options, (failure, rows) =>
        failure ? callback(failure) : callback(null, rows![0], isNew),
      );
    };
    this.write(model, options, answer, (to, table) =>
      statements.findOrInsert(to, table, filter, data),
    );
  }

  /** Calls back with copies of the rows that a filter finds. */
  all(
    model: string,
    filter: (Filter & {include?: unknown}) | null,
    options: object,
    callback: Callback<Row[]>,
  ): void {
    const include = filter?.include;
    const answer = include
      ? (error: Error | null, rows?: Row[]) =>
          error
            ? callback(error)
            : this.withIncluded(model, rows!, include, options, callback)
      : callback;
    this.read(model, options, answer, (view, table) =>
      statements.select(view, table, filter),
    );
  }

  /** Adds related rows, by the model's own resolver. */
  private withIncluded(
    model: string,
    rows: Row[],
    include: unknown,
    options: object,
    callback: Callback<Row[]>,
  ): void {
    if (!include) callback(null, rows);
    else {
      const {model: modelClass} = this._models[model]!;
      modelClass.include(
        rows,
        include,
        options,
        callback as Callback<object[]>,
      );
    }
  }

  /** Calls back with a copy of the row with that id, or null. */
  find(
    model: string,
    id: unknown,
    options: object,
    callback: Callback<Row | null>,
  ): void {
    this.read(
      model,
      options,
      callback,
      (view, table) => statements.findById(view, table, id) ?? null,
    );
  }

  /** Calls back with whether a row has that id. */
  exists(
    model: string,
    id: unknown,
    options: object,
    callback: Callback<boolean>,
  ): void {
    this.read(model, options, callback, (view, table) =>
      statements.hasId(view, table, id),
    );
  }

  /** Calls back with the number of rows that match. */
  count(
    model: string,
    where: Where,
    options: object,
    callback: Callback<number>,
  ): void {
    this.read(model, options, callback, (view, table) =>
      statements.countRows(view, table, where),
    );
  }

  /** Changes all rows that match; an id in `data` is left out. */
  updateAll(
    model: string,
    where: Where,
    data: Row,
    options: object,
    callback: CountCallback,
  ): void {
    this.write(model, options, counted(callback), (to, table) =>
      statements.updateWhere(to, table, where, data),
    );
  }

  /** Another name of {@link updateAll}, the one that the juggler calls. */
  update(
    model: string,
    where: Where,
    data: Row,
    options: object,
    callback: CountCallback,
  ): void {
    this.updateAll(model, where, data, options, callback);
  }

  /** Changes the row with that id. Fails with ROW_NOT_FOUND. */
  updateAttributes(
    model: string,
    id: unknown,
    data: Row,
    options: object,
    callback: WriteCallback,
  ): void {
    const answer = (error: Error | null, row?: Row): void =>
      error ? callback(error) : callback(null, row, {isNewInstance: false});
    this.write(model, options, answer, (to, table) =>
      statements.updateById(to, table, id, data),
    );
  }

  /** Replaces the row with that id. Fails with ROW_NOT_FOUND. */
  replaceById(
    model: string,
    id: unknown,
    data: Row,
    options: object,
    callback: Callback<Row>,
  ): void {
    this.write(model, options, callback, (to, table) =>
      statements.replaceById(to, table, id, data),
    );
  }

  /** Deletes the row with that id, if there is one. */
  destroy(
    model: string,
    id: unknown,
    options: object,
    callback: CountCallback,
  ): void {
    this.write(model, options, counted(callback), (to, table) =>
      statements.deleteById(to, table, id),
    );
  }

  /** Deletes all rows that match. */
  destroyAll(
    model: string,
    where: Where,
    options: object,
    callback: CountCallback,
  ): void {
    this.write(model, options, counted(callback), (to, table) =>
      statements.deleteWhere(to, table, where),
    );
  }

  /**
   * Leaves the filter as it is: `all` answers conditions with `near`. Its
   * presence keeps the juggler from filtering by distance itself.
   */
  buildNearFilter(filter: Filter, _near: unknown): Filter {
    return filter;
  }

  /**
   * Runs a query and returns how it was answered: the access path, the rows
   * examined and returned, whether they were sorted; as data and as text. Fails
   * with INVALID_FILTER.
   */
  explain(model: string, filter?: Filter | null): Explanation {
    const table = this.tableOf(model);
    return this.database.view(view =>
      statements.explainQuery(view, table, filter),
    );
  }

  private writeOne(
    model: string,
    options: object,
    callback: WriteCallback,
    statement: (writer: Writer, table: string) => Cuttable<statements.Written>,
  ): void {
    const answer = (
      error: Error | null,
      written?: statements.Written,
    ): void => {
      if (error || !written) callback(error);
      else callback(null, written.row, {isNewInstance: written.isNew});
    };
    this.write(model, options, answer, statement);
  }
}

/** What is called with a number of rows, or with whether there was one. */
function counted(
  callback: CountCallback,
): (error: Error | null, count?: number | boolean) => void {
  return (error, count) =>
    error ? callback(error) : callback(null, {count: Number(count)});
}
