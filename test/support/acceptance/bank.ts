import {
  Application,
  inject,
  lifeCycleObserver,
  type LifeCycleObserver,
} from '@loopback/core';
import {
  DefaultTransactionalRepository,
  Entity,
  IsolationLevel,
  juggler,
  model,
  property,
  RepositoryMixin,
} from '@loopback/repository';
import * as connector from '../../../index';

interface Position {
  lat: number;
  lng: number;
}

/** LoopBack's class of points; the juggler's types leave it out. */
export const {GeoPoint} = require('loopback-datasource-juggler') as {
  GeoPoint: new (position: Position) => Position;
};

/** A branch of the bank: a property of each type that JSON has not. */
@model()
export class Branch extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;

  @property({type: 'date'})
  opened!: Date;

  @property({type: 'buffer'})
  logo!: Buffer;

  @property({type: () => GeoPoint, index: true})
  position!: Position;
}

@model()
export class Account extends Entity {
  @property({type: 'number', id: true})
  id!: number;

  @property({type: 'number', required: true})
  balance!: number;
}

@model()
export class Transfer extends Entity {
  @property({type: 'number', id: true, generated: true})
  id?: number;

  @property({type: 'number', required: true})
  to!: number;
}

/** As `lb4 datasource` makes one: it connects at once, and ends with the app. */
@lifeCycleObserver('datasource')
class Files extends juggler.DataSource implements LifeCycleObserver {
  constructor(
    @inject('file') file: string,
    @inject('checkpoint', {optional: true}) checkpoint?: unknown,
  ) {
    super({
      name: 'files',
      connector,
      file,
      ...(checkpoint ? {checkpoint} : {}),
    });
  }
}

@lifeCycleObserver('datasource')
class Archive extends juggler.DataSource implements LifeCycleObserver {
  constructor(@inject('file') file: string) {
    super({name: 'archive', connector, file});
  }
}

export class BranchRepository extends DefaultTransactionalRepository<
  Branch,
  number
> {
  constructor(@inject('datasources.Files') dataSource: juggler.DataSource) {
    super(Branch, dataSource);
  }
}

class AccountRepository extends DefaultTransactionalRepository<
  Account,
  number
> {
  constructor(@inject('datasources.Files') dataSource: juggler.DataSource) {
    super(Account, dataSource);
  }
}

class TransferRepository extends DefaultTransactionalRepository<
  Transfer,
  number
> {
  constructor(@inject('datasources.Files') dataSource: juggler.DataSource) {
    super(Transfer, dataSource);
  }
}

/** The accounts of {@link AccountRepository} by another datasource. */
class ArchiveRepository extends DefaultTransactionalRepository<
  Account,
  number
> {
  constructor(@inject('datasources.Archive') dataSource: juggler.DataSource) {
    super(Account, dataSource);
  }
}

/** A bank whose data are in a file. */
export class Bank extends RepositoryMixin(Application) {
  constructor(file: string, settings: {checkpoint?: unknown} = {}) {
    super();
    this.bind('file').to(file);
    this.bind('checkpoint').to(settings.checkpoint);
    this.dataSource(Files, 'Files');
    this.dataSource(Archive, 'Archive');
    this.repository(BranchRepository);
    this.repository(AccountRepository);
    this.repository(TransferRepository);
    this.repository(ArchiveRepository);
  }

  branches(): Promise<BranchRepository> {
    return this.getRepository(BranchRepository);
  }

  accounts(): Promise<AccountRepository> {
    return this.getRepository(AccountRepository);
  }

  transfers(): Promise<TransferRepository> {
    return this.getRepository(TransferRepository);
  }

  archive(): Promise<ArchiveRepository> {
    return this.getRepository(ArchiveRepository);
  }

  /** Moves 1 from account 1 to another, and notes it: all or nothing. */
  async transfer(to: number): Promise<void> {
    const accounts = await this.accounts();
    const transfers = await this.transfers();
    const transaction = await accounts.beginTransaction(
      IsolationLevel.READ_COMMITTED,
    );
    for (const [id, change] of [
      [1, -1],
      [to, 1],
    ] as const) {
      const {balance} = await accounts.findById(id, {}, {transaction});
      await accounts.updateById(id, {balance: balance + change}, {transaction});
    }
    await transfers.create({to}, {transaction});
    await transaction.commit();
  }
}
