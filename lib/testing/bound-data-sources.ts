import {applicationPackage, requireFrom} from '../base/application-package';
import {InMemoryError} from '../base/errors';
import type {InMemorySettings} from '../connector/settings';
import {
  type Application,
  type Binding,
  holdersOf,
  isDataSource,
  isOfDataSource,
  madeOf,
  nameIn,
} from './application';
import type {JugglerClass} from './fork';
import {disable, realDatabase, refuse, unreachable} from './real-database';
import {
  connectorName,
  type Emulate,
  inMemoryClass,
  inMemoryInsteadOf,
  inMemoryNames,
  isInMemory,
  isService,
  madeBy,
  type Replacing,
} from './replacement';
import {type DataSourceLike, modelsOf} from './watched-models';

/** Which datasources are replaced, and how. */
export interface Wanted {
  /** Their names, each with settings; undefined for all. */
  readonly named: Readonly<Record<string, InMemorySettings>> | undefined;
  readonly emulate: Emulate | undefined;
}

type Settings = Readonly<Record<string, unknown>>;

/** An old datasource, as far as it tells of itself. */
interface Old extends DataSourceLike {
  readonly connected?: boolean;
  readonly connecting?: boolean;
  readonly settings?: Settings;
}

/** The bindings that are replaced, until their application stops. */
const taken = new WeakSet<Binding>();

/**
 * The datasources that are bound in an application, which are replaced as they are
 * found or bound.
 */
export class BoundDataSources {
  /** The bindings whose datasources are replaced, by name. */
  readonly replaced = new Map<string, Binding>();
  private readonly watched = new WeakSet<Binding>();
  private readonly releases: (() => void)[] = [];
  private isReplacing = false;

  constructor(
    private readonly app: Application,
    private readonly wanted: Wanted,
  ) {}

  /**
   * Replaces those that are bound, and from here on each that is bound later. Fails with
   * INVALID_SETTING where one has been used already.
   */
  async takeAll(): Promise<void> {
    const bound = this.app.find(isOfDataSource);
    for (const binding of bound) {
      if (!this.isWanted(binding)) continue;
      if (taken.has(binding)) {
        throw invalid(
          `The datasource ${nameIn(binding)} is in memory already, by an earlier ` +
            'givenInMemoryDb() of this application: use what that gave.',
          binding,
        );
      }
      const made = await madeOf(binding, this.app);
      if (isDataSource(made)) await this.checkIsUnused(binding, made);
    }
    for (const binding of this.app.find(() => true)) this.watch(binding);
    this.app.on('bind', ({binding}) => this.watch(binding));
  }

  /** Lets the databases be reached again. */
  release(): void {
    for (const release of this.releases.splice(0)) release();
    for (const binding of this.replaced.values()) taken.delete(binding);
  }

  private watch(binding: Binding): void {
    if (this.watched.has(binding)) return;
    this.watched.add(binding);
    binding.on('changed', ({operation}) => {
      if (operation === 'value' || operation === 'tag') this.consider(binding);
    });
    this.consider(binding);
  }

  private consider(binding: Binding): void {
    if (this.isReplacing || !isOfDataSource(binding)) return;
    if (this.isWanted(binding)) this.replace(binding);
  }

  private isWanted(binding: Binding): boolean {
    const {named} = this.wanted;
    if (named !== undefined) return Object.hasOwn(named, nameIn(binding));
    return !isService(connectorOf(binding));
  }

  private replace(binding: Binding): void {
    const name = nameIn(binding);
    const {emulate, named} = this.wanted;
    const replacing: Replacing = {name, emulate, settings: named?.[name] ?? {}};
    this.replaced.set(name, binding);
    taken.add(binding);
    this.isReplacing = true;
    try {
      this.replaceBy(binding, replacing);
    } finally {
      this.isReplacing = false;
    }
  }

  private replaceBy(binding: Binding, replacing: Replacing): void {
    switch (binding.type) {
      case 'Constant':
        return this.replaceConstant(binding, replacing);
      case 'Class': {
        const base = binding.valueConstructor!;
        const making = {
          isKept: ({connector}: Settings) =>
            this.wanted.named === undefined && isService(connector),
          onReplaced: (given: Settings) => {
            this.refuse(replacing.name, given, base.prototype as object);
          },
        };
        binding.toClass(inMemoryClass(base, replacing, making));
        break;
      }
      default:
        // Calling the function would connect to the database.
        binding.toDynamicValue(() =>
          madeBy(jugglerOfApplication(), {}, replacing),
        );
    }
    // There is one database, however many ask for it.
    binding.inScope('Singleton');
  }

  private replaceConstant(binding: Binding, replacing: Replacing): void {
    const old: unknown = binding.source?.value;
    if (!isDataSource(old)) {
      throw invalid(
        `The binding ${binding.key} has a value that is no datasource.`,
        binding,
      );
    }
    if (isInMemory(old)) return;
    checkIsNotConnected(old, replacing.name);
    const made = inMemoryInsteadOf(old, replacing);
    disable(old, this.refuse(replacing.name, settingsOf(old), old));
    binding.to(made);
  }

  /** Has the database of a datasource out of reach. */
  private refuse(name: string, settings: Settings, dataSource: object) {
    const real = realDatabase(name, settings, this.wanted.named !== undefined);
    if (!inMemoryNames.has(real.connector ?? '')) {
      this.releases.push(refuse(real, dataSource));
    }
    return real;
  }

  /** Fails where somebody has a datasource already, and would go on using it. */
  private async checkIsUnused(binding: Binding, old: Old): Promise<void> {
    if (isInMemory(old)) return;
    const name = nameIn(binding);
    checkIsNotConnected(old, name);
    const models = modelsOf(old).map(({modelName}) => modelName);
    const holders = await holdersOf(old, this.app);
    const users = [
      ...(models.length > 0 ? [`repositories of ${models.join(', ')}`] : []),
      ...holders,
    ];
    if (users.length > 0) {
      throw unreachable(
        {name, connector: connectorName(settingsOf(old)['connector'])},
        `It is used already, by ${users.join(' and ')}`,
        'Call givenInMemoryDb() before anybody gets them from the application',
      );
    }
    if (binding.type !== 'Constant') {
      disable(old, this.refuse(name, settingsOf(old), old));
    }
  }
}

function settingsOf({connector, settings}: Old): Settings {
  const {name} = (connector ?? {}) as {name?: string};
  const given = settings?.['connector'];
  return connectorName(given) === undefined
    ? {...settings, connector: name}
    : settings!;
}

function checkIsNotConnected(old: Old, name: string): void {
  const {connected, connecting} = old;
  if (!connected && !connecting) return;
  const connector = connectorName(settingsOf(old)['connector']);
  if (inMemoryNames.has(connector ?? '')) return;
  throw unreachable(
    {name, connector},
    `It is ${connected ? 'connected' : 'connecting'} already`,
    'Call givenInMemoryDb() before it is made: bind its class and not an instance, ' +
      'or make the instance with lazyConnect: true',
  );
}

/** What a binding tells of the connector before anything is made. */
function connectorOf({source, type, valueConstructor}: Binding): unknown {
  if (type === 'Constant' && isDataSource(source?.value)) {
    return settingsOf(source.value)['connector'];
  }
  // As LoopBack's generator writes it.
  const {defaultConfig} = (valueConstructor ?? {}) as {
    defaultConfig?: {connector?: unknown};
  };
  return defaultConfig?.connector;
}

/** The juggler as LoopBack 4 has it, or by itself. */
function jugglerOfApplication(): JugglerClass {
  const repository = requireFrom([], '@loopback/repository') as
    {readonly juggler?: {readonly DataSource?: JugglerClass}} | undefined;
  const {DataSource} =
    repository?.juggler ??
    (applicationPackage('loopback-datasource-juggler') as {
      DataSource?: JugglerClass;
    });
  return DataSource!;
}

function invalid(message: string, {key}: Binding): InMemoryError {
  return new InMemoryError('INVALID_SETTING', message, {
    property: 'dataSources',
    value: key,
  });
}
