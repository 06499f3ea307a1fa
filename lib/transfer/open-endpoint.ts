import path from 'node:path';
import {InMemoryError, show} from '../base/errors';
import {isObject, isRecord} from '../base/objects';
import {readBytes} from '../persistence/data-file/plain-files';
import {DatabaseEndpoint} from './database-endpoint';
import type {Endpoint, Role} from './endpoint';
import {FileEndpoint} from './file-endpoint';
import {type JugglerDataSource, newDataSource} from './juggler';

/**
 * A data file, the JSON file with a datasource's configuration, or a datasource
 * of LoopBack.
 */
export type CopyPlace =
  string | {readonly connector?: unknown; readonly name?: unknown};

/** Opens a place. Fails with INVALID_SETTING on what is none. */
export function openEndpoint(place: CopyPlace, role: Role): Endpoint {
  if (typeof place === 'string') return ofFile(place, role);
  if (!isObject(place) || !isObject(place.connector)) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `The ${role} of copyRows() must be a datasource with a connector, or the path of a ` +
        `file, and is ${show(place)}.`,
      {value: place},
    );
  }
  const dataSource = place as unknown as JugglerDataSource;
  return new DatabaseEndpoint(
    dataSource,
    `datasource ${dataSource.name ?? dataSource.connector.name}`,
    false,
  );
}

function ofFile(file: string, role: Role): Endpoint {
  if (/\.[cm]?[jt]s$/.test(file)) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `${file} is a program. Give a data file, or a JSON file with the configuration of a ` +
        'datasource, such as {"connector": "postgresql", "url": "..."}.',
      {file},
    );
  }
  const config = configIn(file);
  if (config === undefined) return new FileEndpoint(file, role);
  const directory = path.dirname(path.resolve(file));
  if (!isOurs(config['connector'])) {
    return new DatabaseEndpoint(newDataSource(config, directory), file, true);
  }
  const {connector: _connector, file: data, name: _name, ...settings} = config;
  if (typeof data === 'string' && data !== '') {
    return new FileEndpoint(data, role, settings);
  }
  throw new InMemoryError(
    'INVALID_SETTING',
    `${file} is of a datasource in memory without a file: it has no rows, and keeps none. ` +
      'Give it the setting "file".',
    {file},
  );
}

/** What such datasources keep is read and written as a file, without their lock. */
function isOurs(connector: unknown): boolean {
  return ['inmemory', 'loopback-connector-inmemory', 'memory'].includes(
    connector as string,
  );
}

/** Configurations are short; data files may be longer than memory. */
const maxConfigBytes = 100_000;

function configIn(file: string): Record<string, unknown> | undefined {
  const bytes = readBytes(file);
  if (bytes === undefined) {
    if (!/datasource|config/i.test(path.basename(file))) return undefined;
    throw new InMemoryError('INVALID_SETTING', `${file} does not exist.`, {
      file,
    });
  }
  if (bytes.length > maxConfigBytes) return undefined;
  try {
    const json: unknown = JSON.parse(bytes.toString());
    const isConfig = isRecord(json) && typeof json['connector'] === 'string';
    return isConfig ? json : undefined;
  } catch {
    return undefined;
  }
}
