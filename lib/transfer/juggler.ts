import {setImmediate as turn} from 'node:timers/promises';
import {applicationPackage, requireFrom} from '../base/application-package';
import {InMemoryError} from '../base/errors';

/* What is known of LoopBack's datasources, which an application's own copy makes. */

/** A model class of a datasource, as far as rows are copied by it. */
export interface CopyModelClass {
  readonly modelName: string;
  readonly dataSource?: unknown;
  readonly definition: {
    readonly properties: Readonly<Record<string, {readonly id?: unknown}>>;
    readonly settings?: Readonly<Record<string, unknown>>;
  };
  find(filter: object): Promise<object[]>;
  count(): Promise<number>;
}

/** A datasource, as far as rows are copied by it. */
export interface JugglerDataSource {
  readonly name?: string;
  readonly connector: JugglerConnector;
  readonly models: Readonly<Record<string, CopyModelClass>>;
  readonly settings: Record<string, unknown>;
  readonly connected?: boolean;
  readonly connecting?: boolean;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  on(event: 'error', listener: () => void): void;
  once(event: 'connected' | 'error', listener: () => void): void;
  off(event: 'connected' | 'error', listener: () => void): void;
  define(name: string, properties: object, settings: object): CopyModelClass;
  beginTransaction(options: object): Promise<object>;
  autoupdate(models: readonly string[]): Promise<void>;
  execute(command: string, parameters: readonly unknown[]): Promise<unknown>;
  discoverModelDefinitions(options: object): Promise<{name: string}[]>;
  discoverForeignKeys(
    table: string,
    options: object,
  ): Promise<DiscoveredForeignKey[]>;
  discoverSchemas(
    table: string,
    options: object,
  ): Promise<Record<string, DiscoveredSchema>>;
}

/** A column of a foreign key as LoopBack discovers it; not all databases tell actions. */
export interface DiscoveredForeignKey {
  readonly fkName: string;
  readonly fkColumnName: string;
  readonly keySeq: number;
  readonly pkTableName: string;
  readonly pkColumnName: string;
  readonly onDelete?: string;
  readonly onUpdate?: string;
}

/** A model as LoopBack discovers one. */
export interface DiscoveredSchema {
  readonly name: string;
  readonly options: object;
  readonly properties: Readonly<Record<string, Record<string, unknown>>>;
}

type Call = (
  model: string,
  data: unknown,
  options: object,
  callback: (error: Error | null) => void,
) => void;

/** A connector, as far as rows are copied by it. */
export interface JugglerConnector {
  readonly name: string;
  readonly multiInsertSupported?: boolean;
  readonly createAll?: Call;
  readonly create: Call;
  readonly replaceOrCreate?: Call;
  readonly discoverModelDefinitions?: unknown;
  readonly autoupdate?: unknown;
  getDefaultSchema?(): string | undefined;
  table?(model: string): string;
  tableEscaped?(model: string): string;
  columnEscaped?(model: string, property: string): string;
  column?(model: string, property: string): string;
}

/** A new datasource of a configuration that stands in a directory. */
export function newDataSource(
  config: Readonly<Record<string, unknown>>,
  directory: string,
): JugglerDataSource {
  const word = String(config['connector']);
  const connector =
    requireFrom([directory], `loopback-connector-${word}`) ??
    requireFrom([directory], word);
  if (connector === undefined) {
    throw new InMemoryError(
      'INVALID_SETTING',
      `The connector ${word} is not installed: neither loopback-connector-${word} nor ` +
        `${word} can be found from ${process.cwd()}.`,
      {property: 'connector', value: word},
    );
  }
  return dataSourceWith(config, connector, [directory]);
}

/** A new datasource with a connector; the juggler is looked for at some places. */
export function dataSourceWith(
  config: Readonly<Record<string, unknown>>,
  connector: unknown,
  places: readonly string[],
): JugglerDataSource {
  const {DataSource} = applicationPackage(
    'loopback-datasource-juggler',
    places,
  ) as {DataSource: new (config: object) => JugglerDataSource};
  // One that connects by itself stays open where it is given up before.
  const dataSource = new DataSource({...config, connector, lazyConnect: true});
  // Drivers that are handed all settings warn of it; the juggler asks for it once.
  setImmediate(() => delete dataSource.settings['lazyConnect']);
  // What is emitted is what `connect` rejects with.
  dataSource.on('error', () => undefined);
  return dataSource;
}

/**
 * Waits until a datasource is connected, which it may be doing by itself: the
 * juggler does not always call back who connects meanwhile. Fails as it does.
 */
export async function connected(dataSource: JugglerDataSource): Promise<void> {
  // Some connectors leave it `connecting` when it is connected.
  if (isConnected(dataSource)) return;
  await turn();
  if (dataSource.connecting === true) {
    await new Promise<void>(resolve => {
      const settle = (): void => {
        dataSource.off('connected', settle);
        dataSource.off('error', settle);
        resolve();
      };
      dataSource.once('connected', settle);
      dataSource.once('error', settle);
    });
  }
  if (!isConnected(dataSource)) await dataSource.connect();
}

function isConnected({connected}: JugglerDataSource): boolean {
  return connected === true;
}
