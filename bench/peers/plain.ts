import {PlainConnector} from '../plain-connector';
import type {Peer} from '../store';
import {connectBare, LoopBackStore} from './loopback-store';

/** The juggler over arrays and Maps. */
export const plain: Peer = {
  name: 'plain',
  answersConstants: false,
  base: 'null',
  maxRows: 100_000,
  open: async () => new LoopBackStore(await connectBare(new PlainConnector())),
};
