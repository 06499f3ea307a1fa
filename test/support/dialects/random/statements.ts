import * as fc from 'fast-check';
import {filter, valueOf, where} from './filters';
import type {Kinds} from './kind';

/** A statement of a script, as data. */
export interface ScriptStatement {
  readonly model: string;
  /** The id of the instance whose method it is; else it is the model's. */
  readonly of?: any;
  /** Of a relation behind a dot: `things.create`. */
  readonly method: string;
  readonly args: readonly any[];
}

/** Statements of a transaction, and how it ends. */
export interface ScriptTransaction {
  readonly model: string;
  readonly isolationLevel: string;
  readonly statements: readonly ScriptStatement[];
  readonly end: 'commit' | 'rollback';
}

/** A table that statements are on. */
export interface ScriptTable {
  readonly model: string;
  readonly ids: Kinds;
  /** The columns beside the ids. */
  readonly rest: Kinds;
  /** Names of relations: to many rows of what columns, and to one. */
  readonly many?: {readonly name: string; readonly rest: Kinds};
  readonly one?: string;
}

/** Statements with their weights. */
type Choice = fc.WeightedArbitrary<ScriptStatement>;

const firstOf = (kinds: Kinds) => Object.values(kinds)[0]!;

/** An object with a value for each column that `valueFor` makes. */
function recordOf(
  columns: Kinds,
  valueFor: (of: Kinds[string]) => fc.Arbitrary<any>,
  isWhole: boolean,
): fc.Arbitrary<any> {
  const values = Object.entries(columns).map(([name, each]) => [
    name,
    valueFor(each),
  ]);
  return fc.record(Object.fromEntries(values), {
    noNullPrototype: true,
    ...(!isWhole && {requiredKeys: []}),
  });
}

function hasNoNull(row: object): boolean {
  return Object.values(row).every(each => each !== null);
}

/** The statements on a table. */
export function statement(table: ScriptTable): fc.Arbitrary<ScriptStatement> {
  return fc.oneof(...reads(table), ...writes(table), ...onInstances(table));
}

function maker({model}: ScriptTable) {
  return (
    method: string,
    weight: number,
    ...args: fc.Arbitrary<any>[]
  ): Choice => ({
    weight,
    arbitrary: fc.tuple(...args).map(each => ({model, method, args: each})),
  });
}

function reads(table: ScriptTable): Choice[] {
  const make = maker(table);
  const columns = {...table.ids, ...table.rest};
  const filters = filter(columns, Object.keys(table.ids));
  const id = valueOf(firstOf(table.ids), 0);
  return [
    make('find', 12, filters),
    make('findOne', 1, filters),
    make('findById', 2, id, fc.constant({})),
    make('exists', 1, id),
    make('count', 3, where(columns)),
  ];
}

function writes(table: ScriptTable): Choice[] {
  const {ids, many, rest} = table;
  const make = maker(table);
  const columns = {...ids, ...rest};
  const row = recordOf(rest, valueOf, false);
  const one = recordOf(ids, each => valueOf(each, 0), true);
  const withId = fc.tuple(one, row).map(([own, each]) => ({...own, ...each}));
  const maybeId = fc.oneof({arbitrary: withId, weight: 4}, row);
  const fitting = recordOf(columns, each => each.fitting, true);
  const id = valueOf(firstOf(ids), 0);
  return [
    make('create', 10, maybeId),
    // Which of several rows that are refused an error names is not emulated.
    make('createAll', 1, fc.array(maybeId, {minLength: 1, maxLength: 1})),
    make('createAll', 1, fc.array(fitting, {minLength: 2, maxLength: 3})),
    // Of several rows it is not said which one an error names.
    make('updateAll', 4, one, row),
    make('updateAll', 2, where(columns), row.filter(hasNoNull)),
    // Nor which of several rows that are referred to.
    make('destroyAll', 1, many === undefined ? where(columns) : one),
    make('destroyById', 1, id),
    make('replaceById', 1, id, row),
    make('updateOrCreate', 1, withId),
    make('replaceOrCreate', 1, withId),
    make('upsertWithWhere', 1, one, row),
    make('findOrCreate', 1, filter(columns, Object.keys(ids)), maybeId),
  ];
}

function onInstances({ids, many, model, one, rest}: ScriptTable): Choice[] {
  const row = recordOf(rest, valueOf, false);
  const make = (
    method: string,
    weight: number,
    ...args: fc.Arbitrary<any>[]
  ): Choice => ({
    weight,
    arbitrary: fc
      .tuple(valueOf(firstOf(ids), 0), ...args)
      .map(([of, ...each]) => ({model, of, method, args: each})),
  });
  return [
    make('updateAttributes', 1, row),
    make('destroy', 1),
    ...(one === undefined ? [] : [make(`${one}.get`, 4)]),
    ...(many === undefined
      ? []
      : [
          make(`${many.name}.create`, 6, recordOf(many.rest, valueOf, false)),
          make(`${many.name}.find`, 4, fc.constant({order: ['id']})),
          make(`${many.name}.count`, 2, where(many.rest)),
          make(`${many.name}.destroyAll`, 1, where(many.rest)),
        ]),
  ];
}

/** A transaction of a few statements, of which one that fails ends what it can do. */
export function transactionOf(
  table: ScriptTable,
): fc.Arbitrary<ScriptTransaction> {
  return fc.record(
    {
      model: fc.constant(table.model),
      isolationLevel: fc.constantFrom(
        'READ COMMITTED',
        'REPEATABLE READ',
        'SERIALIZABLE',
      ),
      statements: fc.array(statement(table), {minLength: 1, maxLength: 4}),
      end: fc.constantFrom<('commit' | 'rollback')[]>('commit', 'rollback'),
    },
    {noNullPrototype: true},
  );
}
