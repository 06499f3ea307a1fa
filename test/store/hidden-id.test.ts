import assert from 'node:assert/strict';
import {withHiddenId} from '../../lib/store/table';
import {apply} from '../../lib/store/version';
import {copyOut} from '../../lib/value/copy';
import {schemaOf} from '../support/schema/example';
import {
  rowChange,
  rowsOf,
  tableOf,
  versionWith,
} from '../support/store/example';

describe('the hidden id of a row without id properties', () => {
  const schema = schemaOf({primaryKey: []});
  const row = withHiddenId({name: 'a'}, 3);
  const version = versionWith(schema, [row]);

  it('is the key under which the row is stored', () => {
    assert.equal(tableOf(version).rows.firstKey(), 3);
    assert.equal(tableOf(version).ids.keyOf(row), 3);
  });

  it('tells equal rows apart', () => {
    const rows = [1, 2].map(id => withHiddenId({name: 'a'}, id));
    assert.equal(rowsOf(versionWith(schema, rows)).length, 2);
  });

  it('is seen in no copy of the row', () => {
    const copy = copyOut(row);
    assert.deepEqual(Reflect.ownKeys(copy), ['name']);
    assert.deepEqual(JSON.stringify(row), '{"name":"a"}');
  });

  it('leaves the row that it is given to as it was', () => {
    const plain = {name: 'a'};
    withHiddenId(plain, 3);
    assert.deepEqual(Reflect.ownKeys(plain), ['name']);
  });

  it('is how the row is changed and deleted', () => {
    const changed = apply(version, [
      rowChange('City', {
        kind: 'update',
        id: 3,
        row: withHiddenId({name: 'b'}, 3),
      }),
    ]);
    const deleted = apply(changed, [
      rowChange('City', {kind: 'delete', id: 3}),
    ]);
    assert.deepEqual(rowsOf(changed), [{name: 'b'}]);
    assert.deepEqual(rowsOf(deleted), []);
  });
});
