import type * as ours from '../../database/statements';
import type {EmulatedTable} from '../dialect';
import type {MeetHazard} from '../hazards';
import type {Coercion} from './coercion';
import type {Documents} from './documents';
import type {MongoWhere} from './where';

/** What the statements of a model work with. */
export interface Parts {
  readonly statements: typeof ours;
  readonly table: EmulatedTable;
  readonly coercion: Coercion;
  readonly documents: Documents;
  readonly where: MongoWhere;
  readonly meet: MeetHazard;
}
