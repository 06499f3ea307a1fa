import path from 'node:path';
import {describePublished} from './published-suite';

for (const idType of ['number', 'string']) {
  describePublished({
    name: `@loopback/repository-tests with ${idType} ids`,
    file: path.join(__dirname, 'repository-suite.js'),
    environment: {ID_TYPE: idType},
    passing: 125,
    pending: 8,
  });
}
