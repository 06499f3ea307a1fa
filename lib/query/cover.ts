import type {Index} from '../store/index-tree';
import {primaryKeyName} from '../schema/schema';
import {indexNamed, type Table} from '../store/table';
import type {Condition} from './condition';
import type {Plan} from './plan';
import {plan} from './planner';
import type {Query} from './query';

/**
 * As `plan`, and where an index has all that is wanted of the rows, for answers
 * without reading them: only for who looks at no more than the query's fields.
 */
export function planFields(query: Query, table: Table): Plan {
  const chosen = plan(query, table);
  const {wanted} = query.fields;
  if (wanted === undefined) return chosen;
  const covered = coveredBy(chosen, wanted, table);
  if (covered !== undefined) return covering(chosen, covered, wanted);
  for (const index of table.indexes) {
    if (!hasAll(index, wanted, table)) continue;
    const other = plan(query, {...table, indexes: [index]});
    const properties = coveredBy(other, wanted, table);
    if (properties !== undefined && isNoMoreWork(other, chosen)) {
      return covering(other, properties, wanted);
    }
  }
  return chosen;
}

function covering(
  chosen: Plan,
  covered: readonly string[],
  wanted: readonly string[],
): Plan {
  const isAnswer = covered.length === new Set(wanted).size;
  return {...chosen, covered, isAnswer};
}

function isNoMoreWork(plan: Plan, than: Plan): boolean {
  const isSorted = ({ordering}: Plan): boolean => ordering.kind !== 'access';
  return (
    plan.estimatedRows <= than.estimatedRows &&
    (isSorted(than) || !isSorted(plan))
  );
}

/** The properties that a plan needs of rows if its index has all of them. */
function coveredBy(
  {access, ordering, residual}: Plan,
  wanted: readonly string[],
  table: Table,
): readonly string[] | undefined {
  if (access.kind !== 'keys' && access.kind !== 'ranges') return undefined;
  if (access.index === primaryKeyName) return undefined;
  if (ordering.kind === 'distance') return undefined;
  const names = [...wanted, ...pathsOf(residual)];
  if (ordering.kind === 'sort' && ordering.keys.length > 0) {
    const {primaryKey} = table.schema;
    if (primaryKey.length === 0) return undefined;
    names.push(...ordering.keys.map(({path}) => path), ...primaryKey);
  }
  const properties = [...new Set(names)];
  const index = indexNamed(table, access.index);
  return hasAll(index, properties, table) ? properties : undefined;
}

/** Whether the entries of an index have the properties as the rows have them. */
function hasAll(
  {inexactRows, keys: {definition}}: Index,
  properties: readonly string[],
  table: Table,
): boolean {
  if (definition.kind !== 'ordered' || inexactRows > 0) return false;
  const {primaryKey} = table.schema;
  return properties.every(
    name =>
      // A path of several parts is a place within a property.
      !name.includes('.') &&
      (primaryKey.includes(name) ||
        definition.keys.some(({path}) => path === name)),
  );
}

/** The paths that a condition looks at. */
function pathsOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'always':
    case 'never':
      return [];
    case 'and':
    case 'or':
      return condition.conditions.flatMap(pathsOf);
    case 'not':
      return pathsOf(condition.condition);
    case 'differs':
      return pathsOf(condition.leaf);
    default:
      return [condition.path.join('.')];
  }
}
