import {
  DefaultCrudRepository,
  Entity,
  ModelDefinition,
} from '@loopback/repository';
import type {DataSource} from 'loopback-datasource-juggler';
import type {Item, NewItem} from '../fixture';
import {LoopBackStore} from './loopback-store';

/** The entity of the bench's items; the model below it is the one that {@link LoopBackStore} has made. */
class ItemEntity extends Entity implements Item {
  static override readonly definition = new ModelDefinition({
    name: 'Item',
    properties: {
      id: {type: 'number', id: true, generated: true},
      code: {type: 'string', index: {unique: true}},
      group: {type: 'number', index: true},
      price: {type: 'number', index: true},
      name: {type: 'string'},
      stock: {type: 'number'},
      isActive: {type: 'boolean'},
      addedAt: {type: 'date'},
    },
  });
  id!: number;
  code!: string;
  group!: number;
  price!: number;
  name!: string;
  stock!: number;
  isActive!: boolean;
  addedAt!: Date;
}

/** The same operations through a repository of LoopBack 4; what is not timed takes the way below the juggler. */
export class RepositoryStore extends LoopBackStore {
  private readonly repository: DefaultCrudRepository<ItemEntity, number>;

  constructor(dataSource: DataSource) {
    super(dataSource);
    this.repository = new DefaultCrudRepository<ItemEntity, number>(
      ItemEntity,
      dataSource,
    );
  }

  override findById(id: number): Promise<Item | null> {
    return this.repository.findById(id);
  }

  override findByCode(code: string): Promise<Item[]> {
    return this.repository.find({where: {code}});
  }

  override findFromPrice(price: number, limit: number): Promise<Item[]> {
    const where = {price: {gte: price}};
    return this.repository.find({where, order: ['price ASC'], limit});
  }

  override async countInGroup(group: number): Promise<number> {
    return (await this.repository.count({group})).count;
  }

  override async updateStock(id: number, stock: number): Promise<number> {
    await this.repository.updateById(id, {stock});
    return 1;
  }

  override async create(item: NewItem): Promise<number> {
    return (await this.repository.create(item)).id;
  }

  override async deleteById(id: number): Promise<void> {
    await this.repository.deleteById(id);
  }
}
