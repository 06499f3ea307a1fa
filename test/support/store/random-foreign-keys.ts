import * as fc from 'fast-check';
import type {ForeignKey, ReferentialAction} from '../../../lib/schema/schema';

const anyAction = fc.constantFrom<ReferentialAction>(
  'cascade',
  'cascade',
  'cascade',
  'setNull',
  'setNull',
  'restrict',
  'noAction',
);

/** Foreign keys of a table to these parents, of one property each. */
export function anyForeignKeys(
  parents: readonly string[],
  minLength = 1,
): fc.Arbitrary<ForeignKey[]> {
  const anyKey = fc.record({
    property: fc.constantFrom('x', 'x', 'y', 'k', 'id'),
    parent: fc.constantFrom(...parents),
    parentProperty: fc.constantFrom('id', 'id', 'k'),
    onDelete: anyAction,
    onUpdate: anyAction,
  });
  return fc
    .uniqueArray(anyKey, {
      selector: key => key.property,
      minLength,
      maxLength: 2,
    })
    .map(keys =>
      keys.map(({property, parent, parentProperty, onDelete, onUpdate}) => ({
        name: `fk_${property}`,
        properties: [property],
        parent,
        parentProperties: [parentProperty],
        // No id can be set to null.
        onDelete: notNull(onDelete, property),
        onUpdate: notNull(onUpdate, property),
      })),
    );
}

function notNull(action: ReferentialAction, property: string) {
  return action === 'setNull' && property === 'id' ? 'noAction' : action;
}
