import {InMemoryError, show} from '../base/errors';
import type {SqlNames} from '../dialects/dialect';
import type {Callback, ModelDefinition} from './loopback';

type Row = Record<string, unknown>;

/** What the methods of a SQL connector ask of the one that has them. */
interface Host {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly _models: Readonly<Record<string, ModelDefinition>>;
  column(model: string, property: string): string;
  idColumn(model: string): string;
  ping(callback: Callback): void;
}

/**
 * The methods that LoopBack's SQL connectors have besides those that it calls:
 * names of tables and columns as `connector` has them. SQL is refused, but for
 * `SELECT 1`.
 */
export function sqlMethods(connector: unknown, names: SqlNames) {
  const host = connector as Host;
  const {defaultSchema, escapeName, withSchema} = names;
  const ownOf = (model: string): Row => {
    const settings = (host._models[model]!.settings ?? {}) as Row;
    return (settings[host.name] ?? {}) as Row;
  };
  const schema = (model: string): unknown => {
    const own = ownOf(model);
    const {settings} = host;
    return (
      own['schema'] ||
      own['schemaName'] ||
      settings['schema'] ||
      settings['schemaName'] ||
      defaultSchema
    );
  };
  const table = (model: string): unknown => {
    const own = ownOf(model);
    return own['table'] || own['tableName'] || names.dbName(model);
  };
  const columnEscaped = (model: string, property: string): string =>
    names.columnEscaped(property, each => host.column(model, each));
  return {
    dbName: names.dbName,
    escapeName,
    table,
    schema,
    columnEscaped,
    getDefaultSchemaName: () => defaultSchema,
    tableEscaped(model: string): string {
      const escaped = escapeName(String(table(model)));
      return withSchema
        ? `${escapeName(String(schema(model)))}.${escaped}`
        : escaped;
    },
    idColumnEscaped: (model: string) => escapeName(host.idColumn(model)),
    propertyName(model: string, column: string): string | null {
      const properties = Object.keys(host._models[model]!.properties);
      return (
        properties.find(each => host.column(model, each) === column) ?? null
      );
    },
    ...execution(host, names),
  };
}

type Executed = Callback<unknown>;

/** What connections are tested with, and the name of its column. */
const pingOf = /^\s*select\s+1(?:\s+as\s+"?(\w+)"?)?\s*;?\s*$/i;

/** `execute(sql, parameters?, options?, callback)`. */
function execution(host: Host, {one}: SqlNames) {
  const execute = (sql: unknown, ...rest: unknown[]): void => {
    const done = callbackIn(rest);
    const ping = pingOf.exec(String(sql));
    if (ping !== null) {
      const [, name = one] = ping;
      host.ping(error => (error ? done(error) : done(null, [{[name]: 1}])));
      return;
    }
    process.nextTick(done, notExecuted(sql));
  };
  return {execute};
}

/** `execute` of a database of which no command is emulated, whatever it takes. */
export function refuseToExecute(command: unknown, ...rest: unknown[]): void {
  process.nextTick(callbackIn(rest), notExecuted(command));
}

function callbackIn(rest: readonly unknown[]): Executed {
  const callback = rest.findLast(each => typeof each === 'function');
  return (callback ?? (() => undefined)) as Executed;
}

function notExecuted(command: unknown): InMemoryError {
  return new InMemoryError(
    'NOT_EMULATED',
    `There is no SQL in memory, nor any other language of a database: ` +
      `execute(${show(command)}) is not emulated. Use the methods of models ` +
      '(find, updateAll, automigrate, ...), or run this test against the ' +
      'database itself.',
    {value: command},
  );
}
