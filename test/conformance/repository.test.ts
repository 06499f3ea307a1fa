import path from 'node:path';
import {failsOnPostgreSQL} from '../support/conformance/fails-on-postgresql';
import {describePublished} from '../support/conformance/published-suite';

for (const idType of ['number', 'string']) {
  describePublished({
    name: `@loopback/repository-tests with ${idType} ids and transactions`,
    file: path.join(__dirname, '../support/conformance/repository-suite.js'),
    environment: {ID_TYPE: idType, TRANSACTIONS: 'true'},
    passing: 129,
    pending: 4,
  });
}

describePublished({
  name: "@loopback/repository-tests with emulate: 'postgresql'",
  file: path.join(__dirname, '../support/conformance/repository-suite.js'),
  environment: {
    ID_TYPE: 'number',
    TRANSACTIONS: 'true',
    EMULATE: 'postgresql',
  },
  passing: 106,
  pending: 5,
  failing: failsOnPostgreSQL,
});
