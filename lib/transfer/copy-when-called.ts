import {onDemand} from '../base/on-demand';
import type {CopyOptions, CopyReport} from './copy-rows';
import type {CopyPlace} from './open-endpoint';

/* The package exports this, so that the code of files is loaded when it is called. */

const loadCopying = onDemand(
  () => require('./copy-rows') as typeof import('./copy-rows'),
);

/**
 * Copies all rows from one place to another: data files, or databases that
 * LoopBack has connectors for. Models come in foreign-key order. The source is
 * only read. A target that has rows is refused without `append` or `resume`.
 * Afterwards all rows are read again from both and compared.
 *
 * A data file gets all rows or none. In a database those stay that were copied
 * before an error or a kill, and `resume` goes on: what it has is asked by ids.
 *
 * Fails with INVALID_SETTING where the places or options do not go together, with
 * DUPLICATE_KEY where an id is taken, and with INVALID_VALUE where the target
 * refuses rows, or has other values than the source afterwards.
 */
export function copyRows(
  from: CopyPlace,
  to: CopyPlace,
  options?: CopyOptions,
): Promise<CopyReport> {
  return loadCopying().copyRows(from, to, options);
}
