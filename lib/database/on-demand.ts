import {onDemand} from '../base/on-demand';

/** What keeps rows in files; most stores have none. */
export const loadPersistence = onDemand(
  () =>
    require('../persistence/data-store') as typeof import('../persistence/data-store'),
);

/** What infers schemas; few processes ask for it. */
export const loadDiscoverable = onDemand(
  () => require('./discoverable') as typeof import('./discoverable'),
);

/** What converts the rows of tables whose models have changed. */
export const loadMigration = onDemand(
  () => require('./migration') as typeof import('./migration'),
);

/** What shows plans. */
export const loadExplaining = onDemand(
  () => require('../query/explain') as typeof import('../query/explain'),
);
