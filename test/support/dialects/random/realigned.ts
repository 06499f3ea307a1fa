import {type Comparison, compareWith} from '../../../../testing';
import {
  defineModels,
  isRead,
  runStatement,
  type Script,
  type ScriptModel,
} from './script';
import type {ScriptStatement} from './statements';

/** What a script has come to, statement by statement. */
export interface Unlike {
  /** How many statements were compared. */
  readonly statements: number;
  /** Those that were answered differently. */
  readonly differences: readonly Comparison[];
}

/**
 * Compares the statements of a script, each for itself: after one by which the rows
 * have become others, those of the second datasource are copied to the first one.
 * Transactions are left out, in which a statement that differs differs to the end.
 */
export async function compareUnlike(
  ours: any,
  theirs: any,
  {models, steps}: Script,
): Promise<Unlike> {
  const all = [ours, theirs].map(each => defineModels(each, models));
  for (const {name} of models) {
    for (const each of [ours, theirs]) await each.automigrate(name);
  }
  const found: Comparison[] = [];
  const compare = async (statement: ScriptStatement): Promise<boolean> => {
    const comparison = await compareWith(ours, theirs, each =>
      runStatement(all[each === ours ? 0 : 1]!, statement),
    );
    found.push(comparison);
    return comparison.difference === undefined;
  };
  for (const step of steps) {
    if ('end' in step) continue;
    // What follows from a difference is none of its own.
    let isSame = await compare(step);
    if (isRead(step)) continue;
    for (const model of models) {
      isSame = isSame && (await compare(rowsOf(model)));
    }
    if (!isSame) await copyRows(all[1]!, all[0]!, models);
  }
  return {
    statements: found.reduce((sum, {statements}) => sum + statements, 0),
    differences: found.filter(({difference}) => difference !== undefined),
  };
}

/** All rows, in the order of their ids. */
function rowsOf({name, properties}: ScriptModel): ScriptStatement {
  const order = Object.keys(properties).filter(each => properties[each].id);
  return {model: name, method: 'find', args: [{order}]};
}

type Models = Readonly<Record<string, any>>;

/** Children go first, and parents come first. */
async function copyRows(
  from: Models,
  to: Models,
  models: readonly ScriptModel[],
): Promise<void> {
  for (const {name} of models.toReversed()) await to[name].destroyAll();
  for (const {name} of models) {
    for (const row of await from[name].find()) {
      await to[name].create(row.toObject());
    }
  }
}
