import type {Part} from './part';
import {bulk} from './parts/bulk';
import {cities} from './parts/cities';
import {cold} from './parts/cold';
import {emulating} from './parts/emulating';
import {growth} from './parts/growth';
import {include} from './parts/include';
import {importing} from './parts/importing';
import {indexes} from './parts/indexes';
import {throughJuggler} from './parts/juggler';
import {instead} from './parts/instead';
import {memory} from './parts/memory';
import {migrating} from './parts/migrating';
import {models} from './parts/models';
import {queries} from './parts/queries';
import {reload} from './parts/reload';
import {seeding} from './parts/seeding';
import {snapshots} from './parts/snapshots';
import {stalls} from './parts/stalls';
import {states} from './parts/states';

/** All parts of the bench, in the order of the report. */
export const parts: readonly Part[] = [
  throughJuggler,
  emulating,
  growth,
  queries,
  models,
  bulk,
  cities,
  include,
  memory,
  indexes,
  migrating,
  snapshots,
  seeding,
  states,
  stalls,
  importing,
  cold,
  reload,
  instead,
];
