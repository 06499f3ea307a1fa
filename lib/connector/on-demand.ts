import {onDemand} from '../base/on-demand';

/** The dialects; few datasources emulate a database. */
export const loadDialects = onDemand(
  () =>
    require('../dialects/databases') as typeof import('../dialects/databases'),
);

/** A datasource as that of an emulated database. */
export const loadEmulation = onDemand(
  () => require('./emulation') as typeof import('./emulation'),
);

/** Migrations as those of an emulated database. */
export const loadEmulatedMigrations = onDemand(
  () =>
    require('./emulated-migrations') as typeof import('./emulated-migrations'),
);

/** What connectors of SQL databases have besides. */
export const loadSqlMethods = onDemand(
  () => require('./sql-methods') as typeof import('./sql-methods'),
);

/** What tells which tables there are. */
export const loadDiscovery = onDemand(
  () => require('./discovery') as typeof import('./discovery'),
);
