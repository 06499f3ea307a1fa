import path from 'node:path';
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
