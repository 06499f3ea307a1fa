import {onDemand} from '../../base/on-demand';

/* Modules that are loaded when somebody seeds from what they read. */

/** What reads files. */
export const loadFiles = onDemand(
  () => require('./read-files') as typeof import('./read-files'),
);

/** What reads CSV. */
export const loadCsv = onDemand(
  () => require('./csv-file') as typeof import('./csv-file'),
);

/** What reads YAML. */
export const loadYaml = onDemand(
  () => require('./yaml-file') as typeof import('./yaml-file'),
);

/** What writes seeds. */
export const loadWriting = onDemand(
  () => require('./write-sources') as typeof import('./write-sources'),
);
