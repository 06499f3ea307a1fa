import type {Deadline} from '../base/deadline';
import type {Sliced} from '../base/slices';
import type {Change, Version} from '../store/version';
import type {LockTable} from './locks';
import type {SerialOrder} from './serializable';
import type {Transaction} from './transaction';

/** What a statement does to the rows of one table. */
export type RowsChange = Extract<Change, {kind: 'rows'}>;

/** What an attempt needs of its transaction and of those around that. */
export interface Surroundings {
  readonly transaction: Transaction;
  readonly locks: LockTable;
  readonly order: SerialOrder;
  /** The version that the statement sees. */
  readonly viewed: Version;
  /** The newest committed version, to keep. */
  readonly head: () => Version;
  /** The newest committed version with the transaction's changes. */
  readonly successor: () => Sliced<Version>;
  readonly isCut: boolean;
  readonly deadline: Deadline | undefined;
}
