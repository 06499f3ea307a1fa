import {PlainConnector} from '../plain-connector';
import type {Peer} from '../store';
import {openBare} from './loopback-store';

/** The juggler over arrays and Maps. */
export const plain: Peer = {
  name: 'plain',
  answersConstants: false,
  open: () => openBare(new PlainConnector()),
};
