import {DataSource} from 'loopback-datasource-juggler';
import {NullConnector} from '../null-connector';
import type {Peer} from '../store';
import {LoopBackStore} from './loopback-store';

/** The juggler over a connector that does nothing. */
export const nullPeer: Peer = {
  name: 'null',
  answersConstants: true,
  async open() {
    const connector = {
      initialize(dataSource: DataSource, callback: () => void): void {
        const nullConnector = new NullConnector();
        dataSource.connector = nullConnector;
        nullConnector.dataSource = dataSource;
        process.nextTick(callback);
      },
    };
    const dataSource = new DataSource({connector});
    await dataSource.connect();
    return new LoopBackStore(dataSource);
  },
};
