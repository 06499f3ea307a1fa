import {makeDataSource, type TestDataSource} from '../connector/data-source';

const id = {type: Number, id: true, generated: true};

/** A foreign key as models declare it. */
export function foreignKey(property: string, entity: string): object {
  return {
    [property]: {
      name: `of_${property}`,
      entity,
      entityKey: 'id',
      foreignKey: property,
    },
  };
}

/** Users, who may have a boss, and their posts; a post has one author at least. */
export function makeBlog(settings: object = {}): TestDataSource {
  const dataSource = makeDataSource(settings);
  dataSource.define(
    'User',
    {
      id,
      name: {type: String, required: true},
      age: Number,
      born: Date,
      isAdmin: {type: Boolean, default: false},
      bossId: Number,
      favouriteId: Number,
    },
    {
      strict: true,
      foreignKeys: {
        ...foreignKey('bossId', 'User'),
        ...foreignKey('favouriteId', 'Post'),
      },
    },
  );
  dataSource.define(
    'Post',
    {
      id,
      title: {type: String, required: true, index: {unique: true}},
      authorId: {type: Number, required: true},
      reviewers: [Number],
      about: Object,
    },
    {strict: true, foreignKeys: foreignKey('authorId', 'User')},
  );
  return dataSource;
}

/** The rows of a model as plain objects. */
export async function rowsIn(
  dataSource: TestDataSource,
  model: string,
): Promise<any[]> {
  const Model = (dataSource as any).models[model];
  const rows = await Model.find({order: 'id'});
  return rows.map((row: any) =>
    Object.fromEntries(
      Object.entries(row.toJSON()).filter(([, value]) => value !== undefined),
    ),
  );
}

/** The message of the error that something fails with. */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It did not fail.');
}
