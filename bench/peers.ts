import {builtIn} from './peers/built-in';
import {database} from './peers/database';
import {inmemory} from './peers/inmemory';
import {nullPeer} from './peers/null';
import {plain} from './peers/plain';
import type {Peer} from './store';

/** Every contender, in the order of the table. */
export const peers: readonly Peer[] = [
  nullPeer,
  inmemory,
  builtIn,
  plain,
  database,
];
