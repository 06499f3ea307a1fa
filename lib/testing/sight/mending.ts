import {show} from '../../base/errors';
import {kindOf} from '../../connector/statement-filter';
import {type DataSourceLike, modelsOf} from '../watched-models';
import {conditionsIn} from './conditions';
import type {Recorded} from './recorded';
import type {Repeat} from './repeats';

/** How to ask once for what was asked again and again. */
export function mendingOf(
  {statements}: Repeat,
  all: readonly Recorded[],
  dataSource: DataSourceLike,
): string {
  const first = statements[0]!;
  const {method, model} = first;
  const asked = valuesAskedFor(statements);
  if (asked?.values.size === 1 && reads(method)) {
    return 'it asks for the same each time: keep what the first one gave';
  }
  const list = `{${asked?.property ?? 'id'}: {inq: [...]}}`;
  if (!reads(method)) return writingOf(method, model, list);
  const relation = asked && relationTo(model, asked, earlier(first, all));
  const atOnce = `${model}.find({where: ${list}}) asks for all at once`;
  return relation === undefined
    ? atOnce
    : `${includeOf(relation, model, dataSource)}; or ${atOnce}`;
}

function reads(method: string): boolean {
  return kindOf(method).gives === 'read' || kindOf(method).gives === undefined;
}

function writingOf(method: string, model: string, list: string): string {
  switch (method) {
    case 'create':
      return `${model}.createAll([...]) inserts them at once`;
    case 'destroy':
    case 'destroyAll':
      return `${model}.deleteAll(${list}) deletes them at once`;
    default:
      return `${model}.updateAll(data, ${list}) writes them at once, where all get the same`;
  }
}

/** The values of the one property that they differ in. */
interface Asked {
  readonly property: string;
  readonly values: ReadonlySet<unknown>;
}

function valuesAskedFor(statements: readonly Recorded[]): Asked | undefined {
  const [first] = statements;
  const properties = conditionsIn(first!.filter?.where)
    .filter(({kind}) => kind === 'equal')
    .map(({property}) => property);
  const asked = properties.map(property => ({
    property,
    values: new Set(
      statements.flatMap(({filter}) =>
        conditionsIn(filter?.where)
          .filter(each => each.property === property)
          .flatMap(({values}) => values.map(plain)),
      ),
    ),
  }));
  return asked.find(({values}) => values.size > 1) ?? asked[0];
}

/** Ids may be objects, of which copies are equal. */
function plain(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? show(value) : value;
}

/** Those before a statement, the nearest first. */
function earlier(statement: Recorded, all: readonly Recorded[]): Recorded[] {
  return all.slice(0, all.indexOf(statement)).toReversed();
}

/** Rows that were read, and the property of theirs that others were asked for by. */
interface Relation {
  readonly source: Recorded;
  readonly sourceProperty: string;
  readonly property: string;
}

function relationTo(
  model: string,
  {property, values}: Asked,
  before: readonly Recorded[],
): Relation | undefined {
  for (const source of before) {
    const {rows} = source;
    if (rows.length < 2) continue;
    const names = Object.keys(rows[0]!).filter(
      name => source.model !== model || name !== property,
    );
    const sourceProperty = names.find(name => {
      const present = new Set(rows.map(row => plain(row[name])));
      return [...values].every(value => present.has(value));
    });
    if (sourceProperty !== undefined) return {source, sourceProperty, property};
  }
  return undefined;
}

function includeOf(
  {property, source, sourceProperty}: Relation,
  model: string,
  dataSource: DataSourceLike,
): string {
  const name = relationName(dataSource, source.model, {
    keyFrom: sourceProperty,
    keyTo: property,
  });
  const place = source.from === undefined ? '' : ` at ${source.from}`;
  const where = `where ${source.model} is read${place}`;
  return name === undefined
    ? `{include: ['...']} ${where}, by a relation of ` +
        `${source.model}.${sourceProperty} to ${model}.${property}`
    : `{include: ['${name}']} ${where}`;
}

/** The relation of a model of the juggler; those of LoopBack 4's are not known here. */
function relationName(
  dataSource: DataSourceLike,
  model: string,
  {keyFrom, keyTo}: {readonly keyFrom: string; readonly keyTo: string},
): string | undefined {
  const found = modelsOf(dataSource).find(({modelName}) => modelName === model);
  const relations = (found?.['relations'] ?? {}) as Record<
    string,
    {readonly keyFrom?: string; readonly keyTo?: string}
  >;
  return Object.keys(relations).find(
    name =>
      relations[name]!.keyFrom === keyFrom && relations[name]!.keyTo === keyTo,
  );
}
