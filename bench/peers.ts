import {builtIn} from './peers/built-in';
import {database} from './peers/database';
import {nullPeer} from './peers/null';
import type {Peer} from './store';

/** Every contender, in the order of the table. */
export const peers: readonly Peer[] = [nullPeer, builtIn, database];
