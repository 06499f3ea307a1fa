import {DataSource} from 'loopback-datasource-juggler';
import * as connector from '../../../kv';
import type {KeyValueConnector} from '../../../kv';

/** A datasource with keys and values, as far as the tests use it. */
export interface KeyValueDataSource {
  readonly connector: KeyValueConnector;
  createModel(name: string, properties?: object, settings?: object): KeyModel;
  getModel(name: string): KeyModel;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

/** A model with the methods of the juggler's KeyValueAccessObject. */
export interface KeyModel {
  get(key: string, options?: object): Promise<any>;
  set(key: string, value: unknown, options?: object | number): Promise<void>;
  expire(key: string, ttl: number, options?: object): Promise<void>;
  ttl(key: string, options?: object): Promise<number | undefined>;
  keys(filter?: object, options?: object): Promise<string[]>;
  iterateKeys(filter?: object): {next(): Promise<string | undefined>};
  delete(key: string, options?: object): Promise<void>;
  deleteAll(options?: object): Promise<void>;
}

/** A clock that stands still until it is told to go on. */
export class StandingClock {
  nowMs = Date.parse('2026-01-01T00:00:00.000Z');

  readonly now = (): number => this.nowMs;

  pass(ms: number): void {
    this.nowMs += ms;
  }
}

/** Makes a datasource with keys and values. */
export function makeKeyDataSource(settings: object = {}): KeyValueDataSource {
  const dataSource = new DataSource({...settings, connector});
  return dataSource as unknown as KeyValueDataSource;
}

/** A model of a datasource of its own, by a clock that stands still. */
export function givenKeys(settings: object = {}): {
  readonly clock: StandingClock;
  readonly dataSource: KeyValueDataSource;
  readonly Item: KeyModel;
} {
  const clock = new StandingClock();
  const dataSource = makeKeyDataSource({now: clock.now, ...settings});
  return {clock, dataSource, Item: dataSource.createModel('Item')};
}

/** How many rows there are, also of keys that have expired. */
export function rowsIn({connector}: KeyValueDataSource, table = 'Item') {
  const {tables} = connector.statistics();
  return tables.find(({name}) => name === table)?.rows;
}
