import * as fc from 'fast-check';
import {kind, type Kind, type Kinds} from './kind';
import {
  type ScriptStatement,
  type ScriptTable,
  type ScriptTransaction,
  statement,
  transactionOf,
} from './statements';

/** A model of a script, as data. */
export interface ScriptModel {
  readonly name: string;
  readonly properties: Readonly<Record<string, any>>;
  readonly settings?: object;
}

/** Models, parents first, and what is done with them. */
export interface Script {
  readonly models: readonly ScriptModel[];
  readonly steps: readonly (ScriptStatement | ScriptTransaction)[];
}

/** Which scripts a database is asked. */
export interface ScriptOptions {
  /** How many statements they have, at least. */
  readonly length: number;
  readonly kinds: Kinds;
  /** The texts that may be ids. */
  readonly texts: fc.Arbitrary<string>;
  /** Whether tables may have two ids. */
  readonly hasCompositeIds: boolean;
  readonly hasForeignKeys: boolean;
  /** Whether rows are read in their order where an index is declared. */
  readonly hasIndexes: boolean;
}

const integerId = kind({}, fc.integer({min: 1, max: 6}));

type IdChoice = readonly [definition: object, of: Kind];

function idKindsOf(texts: fc.Arbitrary<string>): readonly IdChoice[] {
  const {fitting} = integerId;
  return [
    [
      {type: Number, id: true, generated: true},
      kind({}, fitting, fc.constantFrom(0, -1, 'x')),
    ],
    [{type: Number, id: true}, kind({}, fitting, fc.constantFrom(0, 1.5, 'x'))],
    [
      {type: String, id: true},
      kind({}, fc.constantFrom('a', 'A', 'b', 'ä', 'a '), texts),
    ],
  ];
}

/** Tables by weight, each with the models that it needs. */
interface Shape {
  readonly models: readonly ScriptModel[];
  readonly tables: readonly ScriptTable[];
}

/** Scripts on tables of all shapes that a database can have. */
export function scripts(options: ScriptOptions): fc.Arbitrary<Script> {
  const {hasCompositeIds, hasForeignKeys, kinds, length} = options;
  const columns = fc
    .shuffledSubarray(Object.keys(kinds), {minLength: 1, maxLength: 5})
    .map(names => Object.fromEntries(names.map(name => [name, kinds[name]!])));
  const shape = fc.oneof(
    {arbitrary: single(columns, options), weight: 8},
    {
      arbitrary: columns.map(each => parentAndChild(each, hasForeignKeys)),
      weight: 2,
    },
    ...(hasCompositeIds
      ? [{arbitrary: columns.map(composite), weight: 1}]
      : []),
  );
  return shape.chain(({models, tables}) => {
    const step = fc.oneof(
      {weight: 40, arbitrary: fc.oneof(...tables.map(statement))},
      {weight: 1, arbitrary: fc.oneof(...tables.map(transactionOf))},
    );
    return fc
      .array(step, {minLength: length, maxLength: length, size: 'max'})
      .map(steps => ({models, steps}));
  });
}

function definitionsOf(columns: Kinds): Record<string, any> {
  const entries = Object.entries(columns);
  return Object.fromEntries(
    entries.map(([name, {definition}]) => [name, definition]),
  );
}

/** A table with one id, and a rule for the first of its columns or not. */
function single(
  columns: fc.Arbitrary<Kinds>,
  {hasIndexes, texts}: ScriptOptions,
): fc.Arbitrary<Shape> {
  return fc
    .tuple(
      fc.constantFrom(...idKindsOf(texts)),
      columns,
      fc.constantFrom('', '', 'required', 'unique', 'default'),
    )
    .map(([[id, idKind], rest, rule]) => {
      const properties: Record<string, any> = {id, ...definitionsOf(rest)};
      const [first, {isOrdered}] = Object.entries(rest)[0]!;
      const add = (more: object) => {
        properties[first] = {...properties[first], ...more};
      };
      if (isOrdered && rule === 'required') add({required: true});
      if (isOrdered && rule === 'unique' && hasIndexes) {
        add({index: {unique: true}});
      }
      if (rule === 'default' && first === 'text') add({default: 'x'});
      if (rule === 'default' && first === 'whole') add({default: 7});
      return {
        models: [{name: 'Thing', properties}],
        tables: [{model: 'Thing', ids: {id: idKind}, rest}],
      };
    });
}

/** A table of two ids. */
function composite(rest: Kinds): Shape {
  const parts = kind({}, fc.constantFrom('a', 'b', 'ä'));
  const properties = {
    id: {type: Number, id: 1},
    part: {type: String, id: 2},
    ...definitionsOf(rest),
  };
  return {
    models: [{name: 'Thing', properties}],
    tables: [{model: 'Thing', ids: {id: integerId, part: parts}, rest}],
  };
}

/** Tables with a foreign key or not, and the relations between them. */
function parentAndChild(rest: Kinds, hasForeignKeys: boolean): Shape {
  const ids = {id: integerId};
  const id = {type: Number, id: true, generated: true};
  const ownerIds = kind({type: Number}, fc.integer({min: 1, max: 4}));
  const own = {...rest, ownerid: ownerIds};
  const names = kind({type: String}, fc.constantFrom('a', 'b'));
  const key = {
    name: 'thing_owner',
    entity: 'Owner',
    entityKey: 'id',
    foreignKey: 'ownerid',
  };
  return {
    models: [
      {name: 'Owner', properties: {id, name: {type: String}}},
      {
        name: 'Thing',
        properties: {id, ...definitionsOf(own)},
        ...(hasForeignKeys && {settings: {foreignKeys: {thing_owner: key}}}),
      },
    ],
    tables: [
      {model: 'Owner', ids, rest: {name: names}, many: {name: 'things', rest}},
      {model: 'Thing', ids, rest: own, one: 'owner'},
    ],
  };
}

/** Defines models, and the relations between them. */
export function defineModels(
  dataSource: any,
  models: readonly ScriptModel[],
): Readonly<Record<string, any>> {
  const made: Record<string, any> = {};
  for (const {name, properties, settings} of models) {
    made[name] = dataSource.define(name, copyOf(properties), {
      forceId: false,
      ...copyOf(settings ?? {}),
    });
  }
  const {Owner, Thing} = made;
  if (Owner !== undefined) {
    Owner.hasMany(Thing, {as: 'things', foreignKey: 'ownerid'});
    Thing.belongsTo(Owner, {as: 'owner', foreignKey: 'ownerid'});
  }
  return made;
}

/** Makes the tables, and takes the steps, whatever each comes to. */
export async function runScript(
  dataSource: any,
  {models, steps}: Script,
): Promise<void> {
  const made = defineModels(dataSource, models);
  for (const {name} of models) await dataSource.automigrate(name);
  for (const step of steps) {
    if ('end' in step) await runTransaction(made, step);
    else await runAndRead(made, step);
  }
}

async function runTransaction(
  models: Readonly<Record<string, any>>,
  {end, isolationLevel, model, statements}: ScriptTransaction,
): Promise<void> {
  let transaction: any;
  try {
    transaction = await models[model].beginTransaction({isolationLevel});
  } catch {
    return;
  }
  for (const each of statements) {
    if (await runAndRead(models, each, [{transaction}])) continue;
    // It may be that nothing more is taken.
    await models[model].count({}, {transaction}).catch(() => undefined);
    break;
  }
  await transaction[end]().catch(() => undefined);
  await models[model].find();
}

/** Runs a statement; what it may have changed is read behind it. */
async function runAndRead(
  models: Readonly<Record<string, any>>,
  statement: ScriptStatement,
  options: readonly object[] = [],
): Promise<boolean> {
  const hasSucceeded = await runStatement(models, statement, options);
  if (hasSucceeded && !isRead(statement)) {
    await models[statement.model].find({}, ...options);
  }
  return hasSucceeded;
}

/** Whether a statement changes nothing. */
export function isRead({method}: ScriptStatement): boolean {
  return /^(?:find(?!OrCreate)|exists|count)/.test(method);
}

/** Runs a statement, whatever it comes to, and tells whether it has succeeded. */
export async function runStatement(
  models: Readonly<Record<string, any>>,
  {args, method, model, of}: ScriptStatement,
  options: readonly object[] = [],
): Promise<boolean> {
  try {
    let target = models[model];
    if (of !== undefined) target = await target.findById(of, {}, ...options);
    if (!target) return true;
    const names = method.split('.');
    for (const name of names.slice(0, -1)) target = target[name];
    await target[names.at(-1)!](...args.map(copyOf), ...options);
    return true;
  } catch {
    // The answer is noted, and the next statement is asked.
    return false;
  }
}

/** The juggler changes what it is given. */
function copyOf(value: any): any {
  if (value instanceof Date) return new Date(value);
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, copyOf(each)]),
  );
}
