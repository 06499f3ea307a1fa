import type {RealDatabase} from '../real-database';
import {postgresqlKinds} from './kinds';
import type {ScriptOptions} from './script';
import {allTexts, wordTexts} from './values';

/** Which scripts are asked of PostgreSQL, with a server or without. */
export function postgresqlOptions(
  real: RealDatabase,
): Omit<ScriptOptions, 'length'> {
  const texts = real.emulate.collation === 'C' ? allTexts : wordTexts;
  return {
    kinds: postgresqlKinds(texts),
    texts,
    hasCompositeIds: true,
    hasForeignKeys: true,
    hasIndexes: true,
  };
}
