import {createRequire} from 'node:module';
import path from 'node:path';
import {InMemoryError} from '../../base/errors';
import {NoJson} from './text-lines';
import type {RowKey} from './seed-rows';

type Yaml = typeof import('yaml');

/** The package of the application, or the one that this package finds. */
function loadYaml(file: string): Yaml {
  for (const place of [process.cwd(), __dirname]) {
    try {
      return createRequire(path.join(place, 'any.js'))('yaml') as Yaml;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') {
        throw error;
      }
    }
  }
  throw new InMemoryError(
    'INVALID_SETTING',
    `${file} is YAML, which the package yaml reads, and that is not installed: ` +
      'npm install --save-dev yaml.',
    {property: 'yaml', file},
  );
}

/** What is in a file of YAML, and the line of each of its rows. */
export interface YamlContent {
  readonly content: unknown;
  readonly lineOf: (row: RowKey, isWithin: boolean) => number | undefined;
}

/**
 * YAML as a value. Fails with {@link NoJson} on what is none, and with
 * INVALID_SETTING where the package `yaml` is not installed.
 */
export function parsedYaml(file: string, text: string): YamlContent {
  const {LineCounter, isNode, isPair, parseDocument} = requireVersion(
    loadYaml(file),
    file,
  );
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {lineCounter, merge: true});
  const [error] = document.errors;
  if (error !== undefined) {
    const [problem] = error.message.split(/ at line \d|\n/);
    throw new NoJson(problem!, lineCounter.linePos(error.pos[0]).line);
  }
  const content: unknown = document.toJS();
  return {
    content,
    lineOf: ({key, model}, isWithin) => {
      const way = isWithin ? [model, key] : [key];
      const parent =
        way.length === 1
          ? document.contents
          : document.getIn(way.slice(0, -1), true);
      const {items = []} = (parent ?? {}) as {items?: unknown[]};
      const found =
        typeof key === 'number'
          ? items[key]
          : items.find(item => isPair(item) && String(item.key) === key);
      const node = isPair(found) ? found.key : found;
      const start = isNode(node) ? node.range?.[0] : undefined;
      return start === undefined ? undefined : lineCounter.linePos(start).line;
    },
  };
}

/** Older versions of the package, which others bring, cannot tell lines. */
function requireVersion(yaml: Yaml, file: string): Yaml {
  if (typeof yaml.LineCounter === 'function') return yaml;
  throw new InMemoryError(
    'INVALID_SETTING',
    `${file} is YAML, and the package yaml that is installed is older than version 2: ` +
      'npm install --save-dev yaml@2.',
    {property: 'yaml', file},
  );
}
