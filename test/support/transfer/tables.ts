import {noRules} from '../../../lib/schema/rules';
import type {TableSchema} from '../../../lib/schema/schema';
import type {Row} from '../../../lib/value/copy';
import type {TransferTable} from '../../../lib/transfer/tables';

/** A table with some rows; what its schema does not say is as usual. */
export function tableOf(
  name: string,
  schema: Partial<TableSchema>,
  rows: readonly Row[],
): TransferTable {
  return {
    schema: {
      name,
      primaryKey: ['id'],
      idGeneration: 'none',
      columns: {},
      indexes: [],
      foreignKeys: [],
      ...noRules,
      ...schema,
    },
    rows,
    nextSequence: 1,
  };
}

/** A foreign key to the id of a table. */
export function refersTo(parent: string, property: string) {
  return {
    name: `${property}_key`,
    properties: [property],
    parent,
    parentProperties: ['id'],
    onDelete: 'restrict',
    onUpdate: 'cascade',
  } as const;
}
