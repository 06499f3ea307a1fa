import {foreignKeyText, indexText} from '../schema/difference-text';
import {columnType, type TableSchema} from '../schema/schema';
import {columns} from './terminal';

/** A schema that is kept with the rows of a table, for people. */
export function schemaText(schema: TableSchema): string {
  const {foreignKeys, indexes, name} = schema;
  const lines = Object.keys(schema.columns).map(column => [
    `  ${column}`,
    columnType(schema, column),
    rulesText(column, schema),
  ]);
  return [
    `\nSchema of ${name}`,
    columns(lines),
    ...indexes.map(index => `  ${indexText(index)}`),
    ...foreignKeys.map(key => `  ${foreignKeyText(key)}`),
  ].join('\n');
}

function rulesText(column: string, schema: TableSchema): string {
  const {limits, notNull, primaryKey, version} = schema;
  const rules: string[] = [];
  if (primaryKey.includes(column)) rules.push('id');
  if (notNull.includes(column)) rules.push('required');
  if (column === version) rules.push('version');
  const own = Object.hasOwn(limits, column) ? limits[column]! : {};
  for (const [limit, value] of Object.entries(own)) {
    rules.push(`${limit} ${JSON.stringify(value)}`);
  }
  return rules.join(', ');
}
