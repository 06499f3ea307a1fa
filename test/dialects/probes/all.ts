import {constraints} from './constraints';
import {dates} from './dates';
import {ids} from './ids';
import {migration} from './migration';
import {mysqlSchema} from './mysql-schema';
import {nulls} from './nulls';
import {numbers} from './numbers';
import {objects} from './objects';
import {repositories} from './repository';
import {sqliteMigration} from './sqlite-migration';
import {strings} from './strings';
import {isolation, transactions} from './transactions';
import {where} from './where';
import {writes} from './writes';

/** All probes, in the order in which they run. */
export const allProbes = [
  ...ids,
  ...nulls,
  ...strings,
  ...numbers,
  ...dates,
  ...objects,
  ...where,
  ...constraints,
  ...writes,
  ...transactions,
  ...isolation,
  ...migration,
  ...repositories,
  ...mysqlSchema,
  ...sqliteMigration,
];
