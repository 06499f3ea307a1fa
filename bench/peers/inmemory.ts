import {DataSource} from 'loopback-datasource-juggler';
import * as connector from 'loopback-connector-inmemory';
import {useOtherModels} from '../other-models';
import type {Peer} from '../store';
import {LoopBackStore} from './loopback-store';
import {RepositoryStore} from './repository-store';

/** The connector of this package. */
export const inmemory: Peer = {
  name: 'inmemory',
  answersConstants: false,
  base: 'null',
  open: async () => new LoopBackStore(await connect()),
};

/** A repository over the same. */
export const inmemoryRepository: Peer = {
  name: 'inmemory, repository',
  answersConstants: false,
  base: 'null, repository',
  open: async () => new RepositoryStore(await connect()),
};

/** The same as other databases. */
export const emulations: readonly Peer[] = ['postgresql', 'mariadb'].map(
  emulate => ({
    name: `inmemory as ${emulate}`,
    answersConstants: false,
    base: inmemory.name,
    open: async () => new LoopBackStore(await connect({emulate})),
  }),
);

async function connect(settings: object = {}): Promise<DataSource> {
  const dataSource = new DataSource({connector, ...settings});
  await dataSource.connect();
  await useOtherModels(dataSource);
  return dataSource;
}
