import {NullConnector} from '../null-connector';
import type {Peer} from '../store';
import {connectBare, LoopBackStore} from './loopback-store';
import {RepositoryStore} from './repository-store';

/** The juggler over a connector that does nothing. */
export const nullPeer: Peer = {
  name: 'null',
  answersConstants: true,
  base: 'null',
  open: async () => new LoopBackStore(await connectBare(new NullConnector())),
};

/** A repository over the same. */
export const nullRepository: Peer = {
  name: 'null, repository',
  answersConstants: true,
  base: 'null, repository',
  open: async () => new RepositoryStore(await connectBare(new NullConnector())),
};
