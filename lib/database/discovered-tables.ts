import type {SliceQueue} from '../base/slice-queue';
import type {RecoveredTable} from '../persistence/recovered-table';
import type {InferredTable} from '../schema/infer';
import type {Version} from '../store/version';
import {runWith} from '../transaction/statement';
import {loadDiscoverable} from './on-demand';

/** What is known of each table; a promise where it takes long. */
export type Found =
  readonly InferredTable[] | Promise<readonly InferredTable[]>;

/** What versions were found to have, beside what the files had then. */
export class DiscoveredTables {
  private readonly byVersion: WeakMap<
    Version,
    {readonly recovered: unknown; readonly tables: Found}
  > = new WeakMap();

  /** The tables of a version; at once where it was looked at before. */
  in(
    version: Version,
    recovered: ReadonlyMap<string, RecoveredTable>,
    slices: SliceQueue | undefined,
  ): Found {
    const known = this.byVersion.get(version);
    if (known?.recovered === recovered) return known.tables;
    const work = loadDiscoverable().discoverableTables(version, recovered);
    const tables = runWith(slices, work);
    this.byVersion.set(version, {recovered, tables});
    return tables;
  }
}
