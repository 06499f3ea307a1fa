import {
  DefaultCrudRepository,
  DefaultTransactionalRepository,
} from '@loopback/repository';
import {
  type CrudRepositoryCtor,
  crudRepositoryTestSuite,
} from '@loopback/repository-tests';
import * as connector from '../../../index';

/*
 * A mocha file that runs LoopBack 4's published repository tests; which kind of
 * ids they use, and whether repositories are transactional, is in the
 * environment.
 */
const idType = process.env['ID_TYPE'] === 'string' ? 'string' : 'number';

const supportsTransactions = process.env['TRANSACTIONS'] === 'true';
const repositoryClass = supportsTransactions
  ? DefaultTransactionalRepository
  : DefaultCrudRepository;

crudRepositoryTestSuite(
  {connector, defaultIdType: idType},
  repositoryClass as unknown as CrudRepositoryCtor,
  {
    idType,
    freeFormProperties: true,
    emptyValue: undefined,
    supportsTransactions,
    supportsInclusionResolvers: true,
    hasRevisionToken: false,
  },
);
