import {compareRandomStatements} from '../../support/dialects/random/differential';
import {postgresqlKinds} from '../../support/dialects/random/kinds';
import {allTexts, wordTexts} from '../../support/dialects/random/values';

describe('random statements', () => {
  for (const name of ['pglite', 'postgresql']) {
    compareRandomStatements(name, real => {
      const texts = real.emulate.collation === 'C' ? allTexts : wordTexts;
      return {
        kinds: postgresqlKinds(texts),
        texts,
        hasCompositeIds: true,
        hasForeignKeys: true,
        hasIndexes: true,
      };
    });
  }
});
