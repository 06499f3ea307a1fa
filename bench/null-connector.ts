import type {Connector, DataSource} from 'loopback-datasource-juggler';
import {itemsPerGroup} from './fixture';

type Callback<Answer> = (error: null, answer: Answer) => void;

/**
 * A connector that stores nothing and answers constants of the right size: what is left is the time the juggler takes
 * for itself, the floor for every connector. It answers on the next tick as the built-in connector does. Rows are new
 * objects each time, because an answered row belongs to the caller; that is the least a connector can do.
 *
 * Every method declares the parameters the juggler counts (`method.length`).
 */
export class NullConnector implements Connector {
  [property: string]: unknown;
  readonly name = 'null';
  dataSource?: DataSource;
  private lastId = 0;

  getTypes(): string[] {
    return ['db', 'nosql', 'memory'];
  }

  getDefaultIdType(): NumberConstructor {
    return Number;
  }

  /** Models have nothing to prepare here. */
  define(_definition: object): void {}

  connect(callback: () => void): void {
    process.nextTick(callback);
  }

  disconnect(callback: () => void): void {
    process.nextTick(callback);
  }

  ping(callback: () => void): void {
    process.nextTick(callback);
  }

  /** Answers as many rows as `filter.limit` says, or one. */
  all(
    _model: string,
    filter: {limit?: number},
    _options: object,
    callback: Callback<object[]>,
  ): void {
    const rows = [constantRow()];
    const count = filter.limit ?? 1;
    while (rows.length < count) rows.push(constantRow());
    process.nextTick(callback, null, rows);
  }

  count(
    _model: string,
    _where: object,
    _options: object,
    callback: Callback<number>,
  ): void {
    process.nextTick(callback, null, itemsPerGroup);
  }

  // eslint-disable-next-line max-params -- the juggler's signature
  update(
    _model: string,
    _where: object,
    _data: object,
    _options: object,
    callback: Callback<{count: number}>,
  ): void {
    process.nextTick(callback, null, {count: 1});
  }

  create(
    _model: string,
    _data: object,
    _options: object,
    callback: Callback<number>,
  ): void {
    this.lastId += 1;
    process.nextTick(callback, null, this.lastId);
  }

  createAll(
    _model: string,
    rows: object[],
    _options: object,
    callback: Callback<object[]>,
  ): void {
    this.lastId += rows.length;
    process.nextTick(callback, null, rows);
  }

  destroyAll(
    _model: string,
    _where: object,
    _options: object,
    callback: Callback<{count: number}>,
  ): void {
    process.nextTick(callback, null, {count: 1});
  }

  destroy(
    _model: string,
    _id: unknown,
    _options: object,
    callback: Callback<{count: number}>,
  ): void {
    process.nextTick(callback, null, {count: 1});
  }
}

function constantRow(): object {
  return {
    code: 'code-00000000',
    group: 1,
    price: 1,
    name: 'Item code-00000000',
    stock: 7,
    isActive: true,
    addedAt: new Date(0),
    id: 1,
  };
}
