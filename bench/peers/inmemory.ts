import {DataSource} from 'loopback-datasource-juggler';
import * as connector from '../../index';
import type {Peer} from '../store';
import {LoopBackStore} from './loopback-store';

/** The connector of this package. */
export const inmemory: Peer = {
  name: 'inmemory',
  answersConstants: false,
  async open() {
    const dataSource = new DataSource({connector});
    await dataSource.connect();
    return new LoopBackStore(dataSource);
  },
};
