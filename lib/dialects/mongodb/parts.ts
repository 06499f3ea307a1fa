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

/** Properties that an update makes null though it does not name them: a hazard. */
export function meetLost({coercion, meet, table}: Parts, given: object): void {
  const lost = coercion.lostBy(given);
  if (lost.length === 0) return;
  const names = lost.join(', ');
  meet(table.model, {
    what:
      `loopback-connector-mongodb sets ${names} of ${table.model} to null, for ` +
      'the field is called otherwise and the update does not name the property',
    instead: `Give the update a value for ${names}`,
  });
}
