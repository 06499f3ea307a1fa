import assert from 'node:assert/strict';
import {makeDataSource} from '../../support/connector/data-source';
import {failureOf} from '../../support/dialects/emulated';

describe('The names that MariaDB emulated gives', () => {
  it('are those of the model, in backticks where they stand in SQL', () => {
    const dataSource = makeDataSource({emulate: 'mariadb'});
    dataSource.define('Pet', {
      id: {type: Number, id: true},
      name: {type: String, mysql: {columnName: 'pet`s'}},
    });
    const connector = dataSource.connector as any;
    assert.equal(connector.tableEscaped('Pet'), '`Pet`');
    assert.equal(connector.columnEscaped('Pet', 'name'), '`pet``s`');
    assert.equal(connector.schema('Pet'), '');
  });

  it('have SELECT 1, and no other SQL', async () => {
    const dataSource = makeDataSource({emulate: 'mysql'}) as any;
    assert.deepEqual(await dataSource.execute('SELECT 1'), [{1: 1}]);
    const {code} = await failureOf(dataSource.execute('SHOW TABLES'));
    assert.equal(code, 'NOT_EMULATED');
  });
});
