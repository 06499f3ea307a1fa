import type {
  ConnectorModule,
  LoopBackSettings,
  Unsettable,
} from '../data-source-config';
import type {KeyValueSettings} from './settings';

/**
 * The whole configuration of a LoopBack datasource with keys and values, as
 * `juggler.DataSource` takes it.
 */
export interface KeyValueDataSourceConfig
  extends LoopBackSettings, Unsettable<KeyValueSettings> {
  readonly connector:
    'inmemory/kv' | 'loopback-connector-inmemory/kv' | ConnectorModule;
}
