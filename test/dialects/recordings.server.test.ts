import {describeMadeAnew} from '../support/dialects/made-anew';

describe('recordings', () => {
  for (const database of ['postgresql', 'mariadb']) describeMadeAnew(database);
});
