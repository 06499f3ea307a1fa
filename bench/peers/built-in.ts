import {DataSource} from 'loopback-datasource-juggler';
import {useOtherModels} from '../other-models';
import type {Peer} from '../store';
import {LoopBackStore} from './loopback-store';

/** The juggler's own `memory` connector. */
export const builtIn: Peer = {
  name: 'built-in',
  answersConstants: false,
  base: 'null',
  maxRows: 100_000,
  async open() {
    const dataSource = new DataSource({connector: 'memory'});
    await dataSource.connect();
    await useOtherModels(dataSource);
    return new LoopBackStore(dataSource);
  },
};
