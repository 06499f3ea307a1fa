import {InMemoryError, show} from '../base/errors';
import {inMemory} from '../connector/in-memory';
import type {InMemorySettings} from '../connector/settings';
import {type Application, type ApplicationLike, wrap} from './application';
import {refuseUnknownOptions} from './arguments';
import {BoundDataSources} from './bound-data-sources';
import {type Emulate, hasKeys, isInMemory} from './replacement';
import {seed as seedRows} from './seeds/seed';
import type {SeedFunction, SeedSource} from './seeds/sources';
import {keepAsSeeded} from './snapshot';
import {connected, type DataSourceLike} from './watched-models';

/* Loaded by who calls `givenInMemoryDb`. */

/** The datasources of an application that are in memory, by name. */
export type InMemoryDataSources<DS> = Record<string, DS>;

/** How `givenInMemoryDb` replaces the datasources of an application. */
export interface GivenInMemoryDbOptions<DS extends DataSourceLike> {
  /**
   * The database that is emulated. Default: the one of which the datasource has the
   * connector, `'postgresql'` for loopback-connector-postgresql; `false` for none.
   * Settings without a `database`, such as `{hazards: 'copy'}`, are of that one.
   */
  readonly emulate?: Emulate;
  /**
   * Which datasources are replaced: their names, or settings of this connector by
   * name. Default: all but those of services, such as REST and SOAP.
   */
  readonly dataSources?:
    readonly string[] | Readonly<Record<string, InMemorySettings>>;
  /**
   * What `reset` leads back to, written once all models are there: rows or files,
   * as `seed` takes them, where there is one datasource with models, or a function
   * that writes them.
   */
  readonly seed?:
    | Exclude<SeedSource<DS>, SeedFunction<DS>>
    | ((dataSources: InMemoryDataSources<DS>) => unknown);
}

/** What `givenInMemoryDb` does. */
export async function replaceDataSources<DS extends DataSourceLike>(
  app: ApplicationLike,
  options: GivenInMemoryDbOptions<DS>,
): Promise<InMemoryDataSources<DS>> {
  const application = checkedApplication(app);
  const known = ['emulate', 'dataSources', 'seed'];
  refuseUnknownOptions('givenInMemoryDb', options, known);
  const named = namedIn(options);
  const bound = new BoundDataSources(application, {
    named,
    emulate: options.emulate,
  });
  const given = new Given<DS>(application, bound, options);
  try {
    await bound.takeAll();
    await given.follow();
  } catch (error) {
    bound.release();
    throw error;
  }
  return given.dataSources;
}

/** An application whose datasources are replaced. */
class Given<DS extends DataSourceLike> {
  readonly dataSources: InMemoryDataSources<DS> = {};
  private isSeeded = false;

  constructor(
    private readonly app: Application,
    private readonly bound: BoundDataSources,
    private readonly options: GivenInMemoryDbOptions<DS>,
  ) {}

  /** Does the rest, now or when the application has booted, and ends with it. */
  async follow(): Promise<void> {
    const {app} = this;
    const isBooted =
      !('boot' in app) || app.booted === true || app.state === 'booted';
    wrap(app, 'boot', async boot => {
      await boot();
      await this.complete(true);
    });
    wrap(app, 'start', async start => {
      await this.complete(true);
      this.checkNames();
      await start();
    });
    wrap(app, 'stop', stop => stop().finally(() => this.bound.release()));
    await this.complete(isBooted);
    if (isBooted) this.checkNames();
  }

  /** Makes the datasources that are bound, and seeds them once all are there. */
  private async complete(isWhole: boolean): Promise<void> {
    for (const [name, {key}] of this.bound.replaced) {
      const dataSource = (await this.app.get(key)) as DS;
      if (!isInMemory(dataSource)) continue;
      if (this.dataSources[name] === dataSource) continue;
      await connected(dataSource);
      this.dataSources[name] = dataSource;
    }
    if (isWhole && !this.isSeeded) await this.seed();
  }

  private async seed(): Promise<void> {
    this.isSeeded = true;
    const {seed} = this.options;
    if (seed === undefined) return;
    // Models are defined where their repositories are made.
    for (const {key} of this.app.find(({tagMap}) => 'repository' in tagMap)) {
      await this.app.get(key);
    }
    for (const dataSource of Object.values(this.dataSources)) {
      await migrate(dataSource);
    }
    if (typeof seed === 'function') await seed(this.dataSources);
    else await seedRows(this.onlyDataSource(), seed);
    for (const dataSource of Object.values(this.dataSources)) {
      keepAsSeeded(dataSource);
    }
  }

  private onlyDataSource(): DS {
    const names = Object.keys(this.dataSources).filter(
      each => !hasKeys(this.dataSources[each]!),
    );
    const [name] = names;
    if (name !== undefined && names.length === 1)
      return this.dataSources[name]!;
    throw new InMemoryError(
      'INVALID_SETTING',
      `It is not known to which datasource the seed belongs: there are ` +
        `${names.join(', ') || 'none'}. Give a function: seed: dbs => seed(dbs.db, rows).`,
      {property: 'seed'},
    );
  }

  /** Fails where a datasource was named that there is not. */
  private checkNames(): void {
    const known = Object.keys(this.dataSources);
    const missing = Object.keys(namedIn(this.options) ?? {}).filter(
      name => !known.includes(name),
    );
    if (missing.length === 0) return;
    const list = known.length === 0 ? 'none' : known.join(', ');
    throw new InMemoryError(
      'INVALID_SETTING',
      `The application has no datasource ${missing.join(', ')}; of those that were ` +
        `named it has ${list}. Name them as they are bound: db is datasources.db.`,
      {property: 'dataSources', value: missing},
    );
  }
}

/** Makes the tables where they are not there before a migration. */
async function migrate(dataSource: DataSourceLike): Promise<void> {
  const {emulate} = inMemory(dataSource).settings as InMemorySettings;
  if (typeof emulate !== 'object' || emulate.migrations !== 'required') return;
  await (dataSource as unknown as {automigrate(): Promise<void>}).automigrate();
}

function namedIn({
  dataSources,
}: Pick<GivenInMemoryDbOptions<never>, 'dataSources'>):
  Readonly<Record<string, InMemorySettings>> | undefined {
  if (dataSources === undefined) return undefined;
  if (!Array.isArray(dataSources)) {
    return dataSources as Readonly<Record<string, InMemorySettings>>;
  }
  const names = dataSources as readonly string[];
  return Object.fromEntries(names.map(name => [name, {}]));
}

function checkedApplication(app: ApplicationLike): Application {
  const methods = ['find', 'get', 'on'] as const;
  if (methods.every(name => typeof app?.[name] === 'function')) {
    return app as unknown as Application;
  }
  throw new InMemoryError(
    'INVALID_SETTING',
    `givenInMemoryDb() cannot work on ${show(app)}: give it an application of LoopBack 4.`,
    {property: 'app'},
  );
}
