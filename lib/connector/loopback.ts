/*
 * What this package knows of LoopBack: the parts of loopback-connector and
 * loopback-datasource-juggler that it touches, as types. Neither ships types
 * that fit a connector's side.
 */

import {isObject} from '../base/objects';

/** A property as LoopBack's model definitions describe it. */
export interface PropertyDefinition {
  readonly type?: unknown;
  readonly id?: boolean | number;
  readonly generated?: boolean;
  readonly default?: unknown;
  readonly defaultFn?: unknown;
  readonly index?: unknown;
  readonly unique?: unknown;
  readonly required?: unknown;
  readonly nullable?: unknown;
  readonly null?: unknown;
  readonly allowNull?: unknown;
  readonly length?: unknown;
  readonly limit?: unknown;
  readonly precision?: unknown;
  readonly scale?: unknown;
  readonly jsonSchema?: unknown;
  readonly version?: unknown;
  readonly memory?: unknown;
}

/** What a property or model declares for this connector, under the key `memory`. */
export function ownSettings({
  memory,
}: {
  readonly memory?: unknown;
}): Readonly<Record<string, unknown>> {
  return isObject(memory) ? memory : {};
}

/** Model settings, of which the connector reads a few. */
export type ModelSettings = Readonly<Record<string, unknown>>;

/** A model class of the juggler, as far as the connector touches it. */
export interface ModelClass {
  readonly modelName: string;
  include(
    rows: object[],
    include: unknown,
    options: object,
    callback: Callback<object[]>,
  ): void;
  once(event: string, listener: () => void): void;
  observe(
    operation: string,
    observer: (context: OperationContext) => Promise<void>,
  ): void;
  readonly definition: {readonly properties: PropertyDefinitions};
  readonly prototype: object;
  readonly dataSource?: unknown;
}

/** An instance of a model class, as far as the connector touches it. */
export interface Instance {
  readonly [property: string]: unknown;
  setAttributes(properties: object): void;
}

/** Under it the hooks of one operation find what went to the connector. */
export const persisted: unique symbol = Symbol('persisted');

/** What operation hooks are handed. */
export interface OperationContext {
  readonly Model: ModelClass;
  readonly instance?: Instance;
  readonly currentInstance?: Instance;
  readonly hookState?: {[persisted]?: OperationContext};
  readonly isNewInstance?: boolean;
  data?: Record<string, unknown>;
  where?: Record<string, unknown>;
}

/** The properties of a model by name. */
export type PropertyDefinitions = Readonly<Record<string, PropertyDefinition>>;

/**
 * A model class in the place of a property's type. One that was named only, and
 * is to be defined later, is unresolved and has no definition.
 */
export interface NestedModel {
  readonly modelName?: string;
  readonly definition: {readonly properties: PropertyDefinitions};
  readonly settings?: {readonly unresolved?: boolean};
  readonly prototype: object;
  readonly dataSource?: unknown;
}

/** What the juggler hands to `connector.define`. */
export interface ModelDefinition {
  readonly model: ModelClass;
  readonly properties: PropertyDefinitions;
  readonly settings?: ModelSettings;
}

/** The juggler's DataSource, as far as the connector touches it. */
export interface DataSource extends NodeJS.EventEmitter {
  readonly settings: Record<string, unknown>;
  readonly connected: boolean;
  readonly connecting: boolean;
  /** What models get; `Transaction` is the class of the application's copy. */
  readonly DataAccessObject?: {readonly Transaction?: TransactionClass};
  /** The juggler of the application's copy. */
  readonly juggler?: {readonly KeyValueAccessObject?: unknown};
  connector?: unknown;
  isActual?: unknown;
  driver?: unknown;
  connect: CallbackOrPromise;
  disconnect: CallbackOrPromise;
  stop: CallbackOrPromise;
  /** Adds the models that it makes of a table to `options.visited`. */
  discoverSchemas(
    table: string,
    options: {readonly visited: object},
  ): Promise<object>;
}

/** A Node callback. */
export type Callback<T = void> = (error: Error | null, result?: T) => void;

/** A method of a datasource that calls back, or returns a promise without callback. */
export interface CallbackOrPromise {
  (this: DataSource): Promise<void>;
  (this: DataSource, callback: Callback): void;
}

/** The base class of all connectors, of the package loopback-connector. */
export interface ConnectorBase {
  _models: Record<string, ModelDefinition>;
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  dataSource?: DataSource;
  define(definition: ModelDefinition): void;
  defineProperty(
    model: string,
    property: string,
    definition: PropertyDefinition,
  ): void;
  getMetadata(): ConnectorMetadata;
}

/** What `getMetadata()` answers. */
export interface ConnectorMetadata {
  readonly types: readonly string[];
  readonly defaultIdType: unknown;
  readonly isRelational: boolean;
  readonly multiInsertSupported: boolean;
  readonly schemaForSettings: object;
}

type ConnectorClass = new (
  name: string,
  settings: Readonly<Record<string, unknown>>,
) => ConnectorBase;

/** The base class of transactions, of the package loopback-connector. */
export interface TransactionBase {
  readonly id?: string;
  readonly connector: unknown;
  readonly connection: unknown;
  commit(callback?: Callback): Promise<void> | undefined;
  rollback(callback?: Callback): Promise<void> | undefined;
  /** The juggler adds it. */
  notifyObserversOf(
    operation: string,
    context: object,
    callback?: Callback,
  ): unknown;
}

/** Such a class, of whichever copy of the package. */
export type TransactionClass = new (
  connector: unknown,
  connection: unknown,
) => TransactionBase;

const loopbackConnector = require('loopback-connector') as {
  Connector: ConnectorClass;
  Transaction: TransactionClass;
};

/** The base class of connectors, from the application's copy where it has one. */
export const {Connector} = loopbackConnector;

/** The base class of transactions. */
export const ConnectorTransaction = loopbackConnector.Transaction;
