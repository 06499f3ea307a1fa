import {builtIn} from './peers/built-in';
import {database} from './peers/database';
import {inmemory, inmemoryRepository} from './peers/inmemory';
import {nullPeer, nullRepository} from './peers/null';
import {plain} from './peers/plain';
import type {Peer} from './store';

/** Every contender through the juggler, in the order of the table. */
export const peers: readonly Peer[] = [
  nullPeer,
  inmemory,
  nullRepository,
  inmemoryRepository,
  builtIn,
  plain,
  database,
];
