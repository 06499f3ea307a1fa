import {onDemand} from '../base/on-demand';

/** What reads regular expressions and compiles them; few filters have any. */
export const loadRegExps = onDemand(
  () => require('./regexp') as typeof import('./regexp'),
);

/** What compiles the patterns of `like`. */
export const loadLike = onDemand(
  () => require('./like') as typeof import('./like'),
);
