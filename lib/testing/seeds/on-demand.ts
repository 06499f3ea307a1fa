/* Modules that are loaded when somebody seeds from what they read. */

/** What reads files. */
export function loadFiles(): typeof import('./read-files') {
  return require('./read-files') as typeof import('./read-files');
}

/** What reads CSV. */
export function loadCsv(): typeof import('./csv-file') {
  return require('./csv-file') as typeof import('./csv-file');
}

/** What reads YAML. */
export function loadYaml(): typeof import('./yaml-file') {
  return require('./yaml-file') as typeof import('./yaml-file');
}

/** What writes seeds. */
export function loadWriting(): typeof import('./write-sources') {
  return require('./write-sources') as typeof import('./write-sources');
}
