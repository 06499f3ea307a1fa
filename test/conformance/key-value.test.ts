import path from 'node:path';
import {describePublished} from '../support/conformance/published-suite';

describePublished({
  name: 'loopback-datasource-juggler kvao.suite',
  file: path.join(__dirname, '../support/conformance/key-value-suite.js'),
  passing: 66,
  pending: 0,
});
