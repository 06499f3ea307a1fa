import {onDemand} from '../base/on-demand';

/** What searches around a point; most queries have none. */
export const loadNearSearch = onDemand(
  () => require('./near-search') as typeof import('./near-search'),
);
