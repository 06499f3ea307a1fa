import path from 'node:path';
import {describePublished} from '../support/conformance/published-suite';

const juggler = path.dirname(
  require.resolve('loopback-datasource-juggler/package.json'),
);

/** The juggler's own tests, as its connectors run them. */
const suites = [
  {name: 'datatype', passing: 21, pending: 0},
  {name: 'basic-querying', passing: 135, pending: 32},
  {name: 'manipulation', passing: 140, pending: 6},
  {name: 'hooks', passing: 28, pending: 0},
  {name: 'relations', passing: 385, pending: 7},
  {name: 'include', passing: 46, pending: 13},
  {name: 'crud-with-options', passing: 45, pending: 0},
];

for (const {name, passing, pending} of suites) {
  describePublished({
    name: `loopback-datasource-juggler ${name}`,
    file: path.join(juggler, 'test', `${name}.test.js`),
    setup: path.join(__dirname, '../support/conformance/juggler-setup.js'),
    passing,
    pending,
  });
}

describePublished({
  name: 'loopback-datasource-juggler memory, with file',
  file: path.join(juggler, 'test', 'memory.test.js'),
  setup: path.join(__dirname, '../support/conformance/juggler-file-setup.js'),
  only: 'Memory connector with file',
  passing: 7,
  pending: 0,
});
