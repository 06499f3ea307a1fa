import {onDemand} from '../base/on-demand';

/** What reads regular expressions and compiles them; few filters have any. */
export const loadRegExps = onDemand(
  () => require('./regexp') as typeof import('./regexp'),
);
