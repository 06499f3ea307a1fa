import {rmSync} from 'node:fs';
import path from 'node:path';
import type {DataSource} from 'loopback-datasource-juggler';
import * as connector from '../../../index';

/*
 * Loaded before the juggler's tests of its `memory` connector: the name means
 * ours from here on, which brings the file up to date before it acknowledges.
 */
type Connector = typeof connector;

const juggler = path.dirname(
  require.resolve('loopback-datasource-juggler/package.json'),
);
const builtIn =
  require('loopback-datasource-juggler/lib/connectors/memory') as {
    initialize(
      dataSource: DataSource,
      callback: Parameters<Connector['initialize']>[1],
    ): void;
  };

builtIn.initialize = (dataSource, callback) => {
  const {settings} = dataSource;
  if (settings['file'] !== undefined) settings['checkpoint'] = 'commit';
  const ours = dataSource as unknown as Parameters<Connector['initialize']>[0];
  connector.initialize(ours, callback);
};

// The tests begin without their file, and know nothing of what is beside it.
for (const suffix of ['.journal', '.lock', '.tmp']) {
  rmSync(path.join(juggler, 'test', `memory.json${suffix}`), {force: true});
}
