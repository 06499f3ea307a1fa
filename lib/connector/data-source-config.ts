import type {ConnectionSettings} from '../dialects/dialect';
import type {Callback, DataSource} from './loopback';
import type {InMemorySettings} from './settings';

/** This package as a module, as `require` or `import *` give it. */
export interface ConnectorModule {
  initialize(dataSource: DataSource, callback?: Callback): void;
}

/** Settings as configurations have them: what is null or undefined is not set. */
export type Unsettable<T> = {readonly [K in keyof T]?: T[K] | null | undefined};

/** Settings that LoopBack itself reads, on any connector. */
export interface LoopBackSettings {
  readonly name?: string;
  /** Whether the first statement connects, and not the datasource's creation. */
  readonly lazyConnect?: boolean;
  /** Whether a failed first connect is reported, but does not end the process. */
  readonly catchFailure?: boolean;
  readonly connectionTimeout?: number;
  readonly maxOfflineRequests?: number;
  readonly debug?: boolean;
  readonly strict?: boolean;
  readonly description?: string;
  readonly inqLimit?: number;
  readonly normalizeUndefinedInQuery?: 'ignore' | 'nullify' | 'throw';
  readonly prohibitHiddenPropertiesInQuery?: boolean;
  readonly prohibitProtectedPropertiesInQuery?: boolean;
  readonly maxDepthOfQuery?: number;
  readonly maxDepthOfData?: number;
  readonly allowExtendedOperators?: boolean;
  readonly disableDefaultSort?: boolean;
}

/**
 * The whole configuration of a LoopBack datasource with this connector, as
 * `juggler.DataSource` takes it:
 *
 *   const config: InMemoryDataSourceConfig = {
 *     name: 'db',
 *     connector: 'loopback-connector-inmemory',
 *     unknownProperties: 'error',
 *   };
 */
export interface InMemoryDataSourceConfig
  extends
    LoopBackSettings,
    Unsettable<InMemorySettings>,
    Unsettable<ConnectionSettings> {
  /** `'memory'` is this connector only after `loopback-connector-inmemory/register`. */
  readonly connector:
    'inmemory' | 'loopback-connector-inmemory' | 'memory' | ConnectorModule;
  /** `lb4 datasource` writes it empty. Node.js has none. */
  readonly localStorage?: '' | null | undefined;
}
