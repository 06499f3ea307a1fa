import assert from 'node:assert/strict';
import {
  askMariadb,
  keptAnswers,
} from '../../support/dialects/isolation-recording';
import {mysqlUrl} from '../../support/transfer/databases';

const title = mysqlUrl ? '' : ' (skipped: no server is named for tests)';
describe(`transactions that meet, on MariaDB${title}`, () => {
  it('answer as was kept', async function () {
    this.timeout(300_000);
    if (mysqlUrl === undefined) this.skip();
    assert.deepEqual(await askMariadb(), keptAnswers('there'));
  });
});
