import {compareRandomStatements} from '../../support/dialects/random/differential';
import {postgresqlOptions} from '../../support/dialects/random/postgresql';

describe('random statements', () => {
  compareRandomStatements('postgresql', postgresqlOptions);
});
