import {DefaultCrudRepository} from '@loopback/repository';
import {
  type CrudRepositoryCtor,
  crudRepositoryTestSuite,
} from '@loopback/repository-tests';
import * as connector from '../../index';

/*
 * A mocha file that runs LoopBack 4's published repository tests; which kind of
 * ids they use is in the environment.
 */
const idType = process.env['ID_TYPE'] === 'string' ? 'string' : 'number';

crudRepositoryTestSuite(
  {connector, defaultIdType: idType},
  DefaultCrudRepository as unknown as CrudRepositoryCtor,
  {
    idType,
    freeFormProperties: true,
    emptyValue: undefined,
    supportsTransactions: false,
    supportsInclusionResolvers: true,
    hasRevisionToken: false,
  },
);
