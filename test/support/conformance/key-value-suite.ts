import {DataSource} from 'loopback-datasource-juggler';
import * as connector from '../../../kv';

/* The juggler's own tests of connectors with keys and values, run as it runs them. */

type DataSourceFactory = () => DataSource;

const describeSuite: (
  factory: DataSourceFactory,
) => void = require('loopback-datasource-juggler/test/kvao.suite');

describe('with deleteAll', () => {
  describeSuite(() => new DataSource({connector}));
});

describe('without deleteAll', () => {
  const factory = () => {
    const dataSource = new DataSource({connector});
    Object.assign(dataSource.connector!, {deleteAll: false});
    return dataSource;
  };
  describeSuite(factory);
});
