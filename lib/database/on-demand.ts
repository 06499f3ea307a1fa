import type {DataStore} from '../persistence/data-store';
import type {discoverableTables} from './discoverable';

/** What keeps rows in files; loaded when first needed, most stores have none. */
export function loadDataStore(): typeof DataStore {
  type Module = typeof import('../persistence/data-store');
  return (require('../persistence/data-store') as Module).DataStore;
}

/** What infers schemas; few processes ask for it. */
export function loadDiscoverableTables(): typeof discoverableTables {
  type Module = typeof import('./discoverable');
  return (require('./discoverable') as Module).discoverableTables;
}
