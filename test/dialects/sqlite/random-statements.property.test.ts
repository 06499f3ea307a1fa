import {compareRandomStatements} from '../../support/dialects/random/differential';
import {sqliteKinds} from '../../support/dialects/random/kinds';
import {allTexts} from '../../support/dialects/random/values';

describe('random statements', () => {
  compareRandomStatements('sqlite', () => ({
    kinds: sqliteKinds(allTexts),
    texts: allTexts,
    // Such a table cannot be made.
    hasCompositeIds: false,
    // It makes none.
    hasForeignKeys: false,
    // Rows are read in the order of an index, which is not emulated.
    hasIndexes: false,
  }));
});
