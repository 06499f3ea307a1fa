import {AsyncLocalStorage, AsyncResource} from 'node:async_hooks';
import {inMemory} from '../connector/in-memory';

/** A datasource of the juggler, as far as it is touched; of any version. */
export interface DataSourceLike {
  readonly name?: string;
  readonly connector?: unknown;
}

/** A call of a method of a model, of an instance, or of the datasource itself. */
export interface Call {
  /** Empty for those of the datasource. */
  readonly model: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Told of each call before it is made; it must call `run` at once. */
export type Watcher = (call: Call, run: () => unknown) => Promise<unknown>;

/** Told of each call before it is made, and nothing else. */
export type CallListener = (call: Call) => void;

type Methods = Record<string, unknown>;

interface Watchable extends DataSourceLike {
  readonly connected?: boolean;
  readonly connecting?: boolean;
  connect(): Promise<void>;
  once(event: string, listener: (error: Error) => void): void;
  readonly connector: Methods;
  readonly modelBuilder: {readonly models: Record<string, WatchableModel>};
  define(name: string, properties: object, settings: object): unknown;
  setupDataAccess(model: WatchableModel, settings: unknown): void;
}

export type WatchableModel = Methods & {
  readonly modelName: string;
  readonly prototype: Methods;
  readonly dataSource?: unknown;
  readonly definition: {
    readonly properties: object;
    readonly rawProperties: object;
    readonly settings: object;
  };
};

const words = (text: string): readonly string[] => text.split(' ');

/* By all of their names. */
const staticMethods = words(
  'create createAll find findOne findById findByIds exists count findOrCreate ' +
    'replaceById beginTransaction upsert updateOrCreate patchOrCreate ' +
    'replaceOrCreate upsertWithWhere patchOrCreateWithWhere update updateAll ' +
    'destroyAll deleteAll remove destroyById deleteById removeById',
);
const instanceMethods = words(
  'save updateAttribute updateAttributes patchAttributes replaceAttributes ' +
    'destroy delete remove reload',
);
const dataSourceMethods = words('automigrate autoupdate beginTransaction');
const transactionMethods = words('commit rollback');
/** What the juggler calls, and what connectors for SQL call of themselves. */
const connectorMethods = words(
  'create createAll all find count exists save update updateAll ' +
    'updateAttributes updateOrCreate findOrCreate replaceById replaceOrCreate ' +
    'upsertWithWhere destroy destroyAll execute executeSQL beginTransaction ' +
    'commit rollback automigrate autoupdate',
);

/**
 * Tells of the statements of all models of a datasource, also of those that are
 * defined later, until it ends. Of what the juggler itself calls to answer a
 * statement nothing is told. Who is only told leaves calls as they are.
 */
export class Watch {
  private readonly undo: (() => void)[] = [];
  private isOver = false;

  constructor(
    dataSource: DataSourceLike,
    private readonly watcher: Watcher | {readonly told: CallListener},
  ) {
    for (const model of modelsOf(dataSource)) this.tellOfModel(model);
    const holder = dataSource as unknown as Methods;
    const tellOfModel = (model: WatchableModel) => this.tellOfModel(model);
    this.replace(holder, 'setupDataAccess', original => {
      return function (this: unknown, model: WatchableModel, rest: unknown) {
        original.call(this, model, rest);
        tellOfModel(model);
      };
    });
    this.tellOf('', holder, dataSourceMethods);
    for (const name of connectorMethods) {
      this.replace((dataSource as Watchable).connector, name, keepingContext);
    }
  }

  get hasEnded(): boolean {
    return this.isOver;
  }

  /** Puts everything back as it was, but what a watch that goes on has put around. */
  end(): void {
    this.isOver = true;
    for (const back of this.undo.toReversed()) back();
  }

  private tellOfModel(model: WatchableModel): void {
    this.tellOf(model.modelName, model, staticMethods);
    this.tellOf(model.modelName, model.prototype, instanceMethods);
  }

  private tellOf(
    model: string,
    holder: Methods,
    names: readonly string[],
  ): void {
    const called = this.called.bind(this, model);
    for (const method of names) {
      this.replace(holder, method, original => {
        return function (this: unknown, ...args: unknown[]): unknown {
          return called(method, args, all => original.apply(this, all));
        };
      });
    }
  }

  private called(
    model: string,
    method: string,
    args: readonly unknown[],
    original: (args: readonly unknown[]) => unknown,
  ): unknown {
    const outer = inside.getStore();
    if (this.isOver || isWithin(outer, this)) return original(args);
    const callback = args.at(-1);
    const hasCallback = typeof callback === 'function';
    const given = hasCallback ? args.slice(0, -1) : args;
    const call: Call = {model, method, args: given};
    const {watcher} = this;
    if (typeof watcher !== 'function') {
      watcher.told(call);
      return inside.run({watch: this, call, outer}, () => original(args));
    }
    const run = () =>
      inside.run({watch: this, call, outer}, () => original(given));
    let answer = watcher(call, run);
    if (method === 'beginTransaction') {
      answer = answer.then(transaction => {
        this.tellOf('', transaction as Methods, transactionMethods);
        return transaction;
      });
    }
    if (!hasCallback) return answer;
    void answer.then(
      value => callback(null, value),
      (error: unknown) => callback(error),
    );
    return undefined;
  }

  private replace(
    holder: Methods,
    name: string,
    make: (original: Function) => Function,
  ): void {
    const original = holder[name];
    if (typeof original !== 'function') return;
    // Also of a model that it extends.
    if (wrappers.get(original)?.watch === this) return;
    const isOwn = Object.hasOwn(holder, name);
    const replacement = Object.assign(make(original), original);
    // The juggler hands as many arguments as a method of a connector takes.
    Object.defineProperty(replacement, 'length', {value: original.length});
    holder[name] = replacement;
    const back = (): void => {
      if (isOwn) holder[name] = original;
      else delete holder[name];
    };
    wrappers.set(replacement, {watch: this, holder, back});
    this.undo.push(() => putBack(holder, name));
  }
}

/** What a watch has put in the place of a method. */
interface Wrapper {
  readonly watch: Watch;
  readonly holder: Methods;
  readonly back: () => void;
}

const wrappers = new WeakMap<object, Wrapper>();

/** Takes off what watches have put around a method that have ended, in any order. */
function putBack(holder: Methods, name: string): void {
  for (;;) {
    const wrapper = wrappers.get(holder[name] as object);
    if (wrapper?.holder !== holder || !wrapper.watch.hasEnded) return;
    wrapper.back();
  }
}

/** A call that is under way, the watch that has told of it, and the one around it. */
interface UnderWay {
  readonly watch: Watch;
  readonly call: Call;
  /** Of another watch: two may be on one datasource, one within the other. */
  readonly outer: UnderWay | undefined;
}

/** One for all, for each costs every asynchronous call of the process, for ever. */
const inside = new AsyncLocalStorage<UnderWay>();

function isWithin(underWay: UnderWay | undefined, watch: Watch): boolean {
  let each = underWay;
  while (each !== undefined && each.watch !== watch) each = each.outer;
  return each !== undefined;
}

/** The innermost call under way here that is one of some. */
export function callUnderWay(some: WeakMap<Call, unknown>): Call | undefined {
  let each = inside.getStore();
  while (each !== undefined && !some.has(each.call)) each = each.outer;
  return each?.call;
}

/** The models of a datasource. */
export function modelsOf(dataSource: DataSourceLike): WatchableModel[] {
  const {models} = (dataSource as Watchable).modelBuilder;
  return Object.values(models).filter(model => model.dataSource === dataSource);
}

/** The models that are no rows of their own, but within values of others. */
export function nestedModelsOf(dataSource: DataSourceLike): WatchableModel[] {
  const {models} = (dataSource as Watchable).modelBuilder;
  return Object.values(models).filter(model => !model.dataSource);
}

/**
 * Pools of connections call back from wherever an answer arrives, so that it would
 * not be known any more which statement a call of the juggler belongs to.
 */
function keepingContext(original: Function): Function {
  return function (this: unknown, ...args: unknown[]): unknown {
    const last = args.at(-1);
    if (typeof last !== 'function') return original.apply(this, args);
    // AsyncResource.bind() takes ten times as long, for what is deprecated of it.
    const here = new AsyncResource('loopback-connector-inmemory');
    return original.apply(this, [
      ...args.slice(0, -1),
      function (this: unknown, ...all: unknown[]): unknown {
        return here.runInAsyncScope(last as () => void, this, ...all);
      },
    ]);
  };
}

/**
 * Waits until a datasource is connected: what is called before, the juggler calls
 * once more when it is. Fails with INVALID_SETTING on what is no datasource.
 */
export async function connected(dataSource: DataSourceLike): Promise<void> {
  const watched = dataSource as Watchable;
  // Which says what it is instead.
  if (typeof watched?.connect !== 'function') inMemory(dataSource);
  if (watched.connected) return;
  if (!watched.connecting) return watched.connect();
  await new Promise<void>((resolve, reject) => {
    watched.once('connected', () => resolve());
    watched.once('error', reject);
  });
}

/** Defines the models of one datasource on another one that has not got them. */
export function shareModels(from: DataSourceLike, to: DataSourceLike): void {
  const present = new Set(modelsOf(to).map(({modelName}) => modelName));
  for (const model of modelsOf(from)) {
    if (present.has(model.modelName)) continue;
    const {rawProperties, settings} = model.definition;
    (to as Watchable).define(model.modelName, rawProperties, settings);
  }
}
