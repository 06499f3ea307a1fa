import {isObject} from '../base/objects';

/* What is known of LoopBack 4's applications, by their methods: of any version. */

/** An application of LoopBack 4, as far as it is touched. */
export interface ApplicationLike {
  find(filter: (binding: object) => boolean): readonly unknown[];
  get(key: string): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
}

/** The same, with what only some applications have. */
export interface Application {
  find(filter: (binding: Binding) => boolean): readonly Binding[];
  get(key: string): Promise<unknown>;
  on(event: string, listener: (event: {binding: Binding}) => void): unknown;
  readonly parent?: Application;
  readonly state?: string;
  readonly booted?: boolean;
  boot?(): Promise<void>;
  start?(): Promise<void>;
  stop?(): Promise<void>;
}

/** A binding of a context. */
export interface Binding {
  readonly key: string;
  readonly type?: string;
  readonly tagMap: Readonly<Record<string, unknown>>;
  readonly source?: {readonly value?: unknown};
  readonly valueConstructor?: new (...args: never[]) => object;
  /** What was made of it, by the contexts for which it was made. */
  readonly _cache?: WeakMap<object, unknown>;
  on(event: string, listener: (event: {operation: string}) => void): unknown;
  to(value: unknown): this;
  toClass(constructor: unknown): this;
  toDynamicValue(factory: () => unknown): this;
  inScope(scope: string): this;
}

/** What a binding has made for an application, if it keeps it. */
export async function madeOf(
  {_cache: made, source, type}: Binding,
  app: Application,
): Promise<unknown> {
  if (type === 'Constant') return source?.value;
  let context: Application | undefined = app;
  while (context !== undefined) {
    if (made?.has(context)) return made.get(context);
    context = context.parent;
  }
  return undefined;
}

/** The last part of a key: `db` of `datasources.db`. */
export function nameIn({key}: Binding): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

/** Whether a binding is one of a datasource, by its key, tags, class or value. */
export function isOfDataSource(binding: Binding): boolean {
  const {key, source, tagMap, type} = binding;
  if (type === undefined || type === 'Alias') return false;
  if (/^datasources\.[^.:]+$/.test(key) || 'datasource' in tagMap) return true;
  if (type === 'Class') return isOfJuggler(binding.valueConstructor?.prototype);
  return type === 'Constant' && isDataSource(source?.value);
}

/** Whether a value is a datasource of the juggler, of any version. */
export function isDataSource(value: unknown): value is object {
  return isOfJuggler(value) && 'modelBuilder' in (value as object);
}

function isOfJuggler(value: unknown): boolean {
  return (
    isObject(value) &&
    'setup' in value &&
    'createModel' in value &&
    'setupDataAccess' in value
  );
}

/** The bindings whose values, once made, hold a datasource as a property. */
export async function holdersOf(
  dataSource: object,
  app: Application,
): Promise<string[]> {
  const holders: string[] = [];
  for (const binding of app.find(() => true)) {
    const made = await madeOf(binding, app);
    if (!isObject(made) || made === dataSource || made === (app as object)) {
      continue;
    }
    if (Object.values(made).includes(dataSource)) holders.push(binding.key);
  }
  return holders;
}

/** Has an application do more when one of its methods is called; none if it has none. */
export function wrap(
  app: Application,
  name: 'boot' | 'start' | 'stop',
  more: (original: () => Promise<void>) => Promise<void>,
): void {
  const original = app[name]?.bind(app);
  if (original !== undefined) app[name] = () => more(original);
}
