import {
  DefaultCrudRepository,
  DefaultTransactionalRepository,
} from '@loopback/repository';
import type * as Suite from '@loopback/repository-tests';
import * as connector from '../../../index';

/*
 * A mocha file that runs LoopBack 4's published repository tests; which kind of
 * ids they use, and whether repositories are transactional, is in the
 * environment, and where the tests are if they are a copy.
 */
const {crudRepositoryTestSuite} = require(
  process.env['SUITE'] ?? '@loopback/repository-tests',
) as typeof Suite;

const idType = process.env['ID_TYPE'] === 'string' ? 'string' : 'number';

const supportsTransactions = process.env['TRANSACTIONS'] === 'true';
const repositoryClass = supportsTransactions
  ? DefaultTransactionalRepository
  : DefaultCrudRepository;

/** A relational database has columns for what is declared, and null in the rest. */
const emulate = process.env['EMULATE'];
const isRelational = emulate !== undefined && emulate !== 'mongodb';

crudRepositoryTestSuite(
  {connector, defaultIdType: idType, ...(emulate && {emulate})},
  repositoryClass as unknown as Suite.CrudRepositoryCtor,
  {
    idType,
    freeFormProperties: !isRelational,
    emptyValue: isRelational ? null : undefined,
    supportsTransactions,
    supportsInclusionResolvers: true,
    hasRevisionToken: false,
  },
);
