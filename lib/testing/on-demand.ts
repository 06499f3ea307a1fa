import {onDemand} from '../base/on-demand';

/* Modules that are loaded when somebody calls what they are for: most test files do not. */

/** Applications in memory. */
export const loadApplications = onDemand(
  () =>
    require('./in-memory-application') as typeof import('./in-memory-application'),
);

/** What compares the answers of two databases. */
export const loadComparing = onDemand(() => {
  const difference = require('./difference') as typeof import('./difference');
  const statements = require('./statements') as typeof import('./statements');
  return {...difference, ...statements};
});

/** What faults are made of. */
export const loadFaults = onDemand(() => {
  const errors = require('./fault-errors') as typeof import('./fault-errors');
  const models = require('./fault-model') as typeof import('./fault-model');
  return {...errors, ...models};
});

/** What notes which statements run. */
export const loadRecording = onDemand(
  () => require('./sight/record') as typeof import('./sight/record'),
);

/** What asserts that statements are as they should be. */
export const loadAssertions = onDemand(
  () => require('./sight/assertions') as typeof import('./sight/assertions'),
);

/** The connector of keys and values. */
export const loadKeyValues = onDemand(
  () =>
    require('../connector/kv/initialize') as typeof import('../connector/kv/initialize'),
);
