import {NullConnector} from '../null-connector';
import type {Peer} from '../store';
import {openBare} from './loopback-store';

/** The juggler over a connector that does nothing. */
export const nullPeer: Peer = {
  name: 'null',
  answersConstants: true,
  open: () => openBare(new NullConnector()),
};
