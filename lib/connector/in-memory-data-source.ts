import type {juggler} from '@loopback/repository';
import {applicationPackage, requireFrom} from '../base/application-package';
import {InMemoryError, show} from '../base/errors';
import type {InMemoryDataSourceConfig} from './data-source-config';
import {initialize} from './initialize';

type DataSourceClass = typeof juggler.DataSource;

/** The juggler's class, of the copy that the application has. */
const {DataSource} = (
  applicationPackage('@loopback/repository') as {
    juggler: {DataSource: DataSourceClass};
  }
).juggler;

/** The configuration of an {@link InMemoryDataSource}, which has its connector. */
export type InMemoryDataSourceSettings = Omit<
  InMemoryDataSourceConfig,
  'connector'
> &
  Partial<Pick<InMemoryDataSourceConfig, 'connector'>>;

/**
 * A datasource of a LoopBack 4 application with this connector and a typed
 * configuration:
 *
 *   export class DbDataSource extends InMemoryDataSource {
 *     static override dataSourceName = 'db';
 *
 *     constructor(
 *       @inject('datasources.config.db', {optional: true})
 *       config: InMemoryDataSourceConfig = {name: 'db', file: 'db.json'},
 *     ) {
 *       super(config);
 *     }
 *   }
 *
 * Bound by `app.dataSource(DbDataSource)` it is stopped with the application: its file
 * is brought up to date, and closed. Loading it loads `@loopback/repository` of the
 * application; it fails with INVALID_SETTING where there is none.
 */
export class InMemoryDataSource extends DataSource {
  /** By which name it is bound, where no other one is given. */
  static dataSourceName = 'db';

  /** Fails with INVALID_SETTING on a setting that cannot be, or on another connector. */
  constructor(config: InMemoryDataSourceSettings = {}) {
    super({
      ...config,
      name: config.name ?? new.target.dataSourceName,
      connector: connectorIn(config),
    });
  }
}

/** This package. Fails with INVALID_SETTING where another one is asked for. */
function connectorIn({connector}: InMemoryDataSourceSettings): object {
  if (connector === undefined || isOurs(connector)) return {initialize};
  throw new InMemoryError(
    'INVALID_SETTING',
    `The setting connector of an InMemoryDataSource cannot be ${show(connector)}: leave ` +
      'it out, or extend juggler.DataSource of @loopback/repository.',
    {property: 'connector', value: connector},
  );
}

function isOurs(connector: unknown): boolean {
  if (typeof connector === 'string') {
    return /^(?:loopback-connector-inmemory|inmemory|memory)$/.test(connector);
  }
  return (connector as {initialize?: unknown})?.initialize === initialize;
}

/** What makes a class one whose instances start and stop with the application. */
type Decorator = (group: string) => (target: object) => void;

const core = requireFrom([], '@loopback/core') as
  {readonly lifeCycleObserver?: Decorator} | undefined;
core?.lifeCycleObserver?.('datasource')(InMemoryDataSource);
