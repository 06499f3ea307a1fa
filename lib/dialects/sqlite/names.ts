import type {ModelFacts} from '../dialect';

/** A name as SQLite compares it: letters of ASCII have no case. */
export function folded(name: string): string {
  return name.replace(/[A-Z]+/g, letters => letters.toLowerCase());
}

/** The name of the table of a model, as LoopBack's connector has it. */
export function tableNameOf({
  name,
  tableName,
}: Pick<ModelFacts, 'name' | 'tableName'>): string {
  return tableName ?? name.toLowerCase();
}

/** The names of SQLite's number of a row; the first that is no column's counts. */
const rowIdNames = ['rowid', 'oid', '_rowid_'];

/** Whether a name is SQLite's number of a row where no column is called so. */
export function isRowIdName(name: string): boolean {
  return rowIdNames.includes(folded(name));
}

/** A name for the number of a row beside these; undefined where all are taken. */
export function rowIdNameBeside(names: readonly string[]): string | undefined {
  const taken = new Set(names.map(folded));
  return rowIdNames.find(name => !taken.has(name));
}
