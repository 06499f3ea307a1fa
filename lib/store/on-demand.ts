import {onDemand} from '../base/on-demand';

/** What follows from changes by foreign keys; many databases have none. */
export const loadReferentialActions = onDemand(
  () =>
    require('./referential-actions') as typeof import('./referential-actions'),
);
