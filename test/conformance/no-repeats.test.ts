import path from 'node:path';
import {describePublished} from '../support/conformance/published-suite';
import {copiedOutside} from '../support/conformance/outside';

/** The juggler's tests, as they stand beside it. */
const juggler = copiedOutside('loopback-datasource-juggler', 'test');

const support = path.join(__dirname, '../support/conformance');

describePublished({
  name: '@loopback/repository-tests, without statements that are repeated',
  file: path.join(support, 'repository-suite.js'),
  setup: path.join(support, 'no-repeats.js'),
  environment: {
    ID_TYPE: 'number',
    TRANSACTIONS: 'true',
    SUITE: copiedOutside('@loopback/repository-tests', 'dist'),
  },
  passing: 129,
  pending: 4,
});

const suites = [
  {name: 'include', passing: 46, pending: 13, failing: []},
  {
    name: 'relations',
    passing: 384,
    pending: 7,
    // It looks for each of two rows that were made.
    failing: [
      'relations hasMany through should create multiple records on scope with promises',
    ],
  },
];

for (const {name, ...expected} of suites) {
  describePublished({
    name: `loopback-datasource-juggler ${name}, without statements that are repeated`,
    file: path.join(juggler, `${name}.test.js`),
    setup: path.join(support, 'juggler-without-repeats.js'),
    ...expected,
  });
}
