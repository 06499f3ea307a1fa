import assert from 'node:assert/strict';
import {
  belongsTo,
  DefaultCrudRepository,
  Entity,
  hasMany,
  juggler,
  model,
  property,
} from '@loopback/repository';
import * as inmemory from '../../index';
import type {Explanation, InMemoryConnector} from '../../index';
import {
  call,
  makeDataSource,
  type Model,
} from '../support/connector/data-source';

/** Rows that others are included in; the tables have 20 times as many. */
const parentCount = 1_000;

/** Filters that a connector was asked for, with their models, from here on. */
function recordFinds(connector: InMemoryConnector): [string, object][] {
  const finds: [string, object][] = [];
  const all = connector.all.bind(connector);
  connector.all = (model, filter, options, callback) => {
    finds.push([model, structuredClone(filter ?? {})]);
    all(model, filter, options, callback);
  };
  return finds;
}

/** The plans of recorded finds, one line each. */
function plansOf(
  finds: readonly [string, object][],
  connector: InMemoryConnector,
): string[] {
  return finds.map(([model, filter]) => {
    const plan: Explanation = connector.explain(model, filter);
    const {accessPath, indexes, rowsExamined} = plan;
    return `${model}: ${accessPath} ${indexes.join()}, ${rowsExamined} rows`;
  });
}

const someParents = {id: {lte: parentCount}};

const parents = Array.from({length: 20 * parentCount}, (_, i) => ({
  id: i + 1,
}));

/** Two of each parent. */
const children = Array.from({length: 2 * parents.length}, (_, i) => ({
  id: i + 1,
  parentId: (i % parents.length) + 1,
}));

describe('include over 1,000 rows, by a model of the juggler', () => {
  let Parent: Model;
  let Child: Model;
  let connector: InMemoryConnector;
  before(async () => {
    const dataSource = makeDataSource();
    ({connector} = dataSource);
    const id = {type: Number, id: true};
    Parent = dataSource.define('Parent', {id});
    Child = dataSource.define('Child', {
      id,
      parentId: {type: Number, index: true},
    });
    Parent.hasMany(Child, {as: 'children', foreignKey: 'parentId'});
    Child.belongsTo(Parent, {as: 'parent', foreignKey: 'parentId'});
    await call(connector, 'createAll', 'Parent', parents);
    await call(connector, 'createAll', 'Child', children);
  });

  it('asks once for the many, by their index', async () => {
    const finds = recordFinds(connector);
    const found = await Parent.find({
      where: someParents,
      include: 'children',
    });
    assert.equal(found.length, parentCount);
    assert.equal(found[7].children().length, 2);
    assert.deepEqual(plansOf(finds, connector), [
      'Parent: primary key PRIMARY, 1000 rows',
      'Child: index parentId_index, 2000 rows',
    ]);
  });

  it('asks once for the one, by its id', async () => {
    const finds = recordFinds(connector);
    const found = await Child.find({
      where: {id: {lte: parentCount}},
      include: 'parent',
    });
    assert.equal(found.length, parentCount);
    assert.equal(found[7].parent().id, 8);
    assert.deepEqual(plansOf(finds, connector), [
      'Child: primary key PRIMARY, 1000 rows',
      'Parent: primary key PRIMARY, 1000 rows',
    ]);
  });

  it('asks as often as the setting inqLimit says', async () => {
    const dataSource = makeDataSource({inqLimit: 400});
    const id = {type: Number, id: true};
    const One = dataSource.define('One', {id});
    const Many = dataSource.define('Many', {id, oneId: Number});
    One.hasMany(Many, {as: 'many', foreignKey: 'oneId'});
    await call(dataSource.connector, 'createAll', 'One', parents);
    const finds = recordFinds(dataSource.connector);
    await One.find({where: someParents, include: 'many'});
    assert.deepEqual(
      finds.map(([model]) => model),
      ['One', 'Many', 'Many', 'Many'],
    );
  });
});

@model()
class Author extends Entity {
  @property({type: 'number', id: true})
  id!: number;
  @hasMany(() => Book, {keyTo: 'authorId'})
  books?: Book[];
}

@model()
class Book extends Entity {
  @property({type: 'number', id: true})
  id!: number;
  @belongsTo(() => Author, {name: 'author'}, {type: 'number', index: true})
  authorId!: number;
  author?: Author;
}

describe('include over 1,000 rows, by a repository of LoopBack 4', () => {
  let authors: DefaultCrudRepository<Author, number>;
  let books: DefaultCrudRepository<Book, number>;
  let connector: InMemoryConnector;
  before(async () => {
    const dataSource = new juggler.DataSource({connector: inmemory});
    connector = dataSource.connector as unknown as InMemoryConnector;
    authors = new DefaultCrudRepository(Author, dataSource);
    books = new DefaultCrudRepository(Book, dataSource);
    const many = authors['createHasManyRepositoryFactoryFor'](
      'books',
      async () => books,
    );
    authors.registerInclusionResolver('books', many.inclusionResolver);
    const one = books['createBelongsToAccessorFor'](
      'author',
      async () => authors,
    );
    books.registerInclusionResolver('author', one.inclusionResolver);
    await call(connector, 'createAll', 'Author', parents);
    const rows = children.map(({id, parentId}) => ({id, authorId: parentId}));
    await call(connector, 'createAll', 'Book', rows);
  });

  it('asks once for the many, by their index', async () => {
    const finds = recordFinds(connector);
    const found = await authors.find({
      where: someParents,
      include: ['books'],
    });
    assert.equal(found.length, parentCount);
    assert.equal(found[7]!.books?.length, 2);
    assert.deepEqual(plansOf(finds, connector), [
      'Author: primary key PRIMARY, 1000 rows',
      'Book: index authorId_index, 2000 rows',
    ]);
  });

  it('asks once for the one, by its id', async () => {
    const finds = recordFinds(connector);
    const where = {id: {lte: parentCount}};
    const found = await books.find({where, include: ['author']});
    assert.equal(found.length, parentCount);
    assert.equal(found[7]!.author?.id, 8);
    assert.deepEqual(plansOf(finds, connector), [
      'Book: primary key PRIMARY, 1000 rows',
      'Author: primary key PRIMARY, 1000 rows',
    ]);
  });
});
