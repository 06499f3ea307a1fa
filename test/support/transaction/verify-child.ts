/**
 * A process of its own for verified-head.test.ts: breaks the newest version and
 * goes on from there. It tells what the next statement fails with, if it does.
 */
import {insert} from '../../../lib/database/statements';
import {broken} from './broken-version';
import {databaseWith} from './session';

const database = databaseWith([{id: 1, name: 'a', code: 10}]);
// By hand: the head would notice.
database['newest']['version'] = broken(database.head);
try {
  void database.write(to => insert(to, 'City', [{id: 2, name: 'b', code: 20}]));
  process.stdout.write('no error');
} catch (error) {
  process.stdout.write(String(error));
}
