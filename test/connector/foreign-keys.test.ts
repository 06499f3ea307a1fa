import assert from 'node:assert/strict';
import {
  call,
  makeDataSource,
  type Model,
  type TestDataSource,
} from '../support/connector/data-source';

const violation = {code: 'FOREIGN_KEY_VIOLATION', statusCode: 409};
const name = {name: String};

function keyTo(entity: unknown, changes: object = {}): object {
  return {
    foreignKeys: {
      fk: {entity, entityKey: 'id', foreignKey: 'pid', ...changes},
    },
  };
}

/** Parents 1 and 2, children 1 and 2 of parent 1 and child 3 of none. */
async function family(changes: object = {}): Promise<{
  dataSource: TestDataSource;
  Parent: Model;
  Child: Model;
}> {
  const dataSource = makeDataSource();
  const Parent = dataSource.define('Parent', name);
  const properties = {...name, pid: Number};
  const Child = dataSource.define(
    'Child',
    properties,
    keyTo('Parent', changes),
  );
  await Parent.createAll([{name: 'a'}, {name: 'b'}]);
  await Child.createAll([{pid: 1}, {pid: 1}, {}]);
  return {dataSource, Parent, Child};
}

async function pids(Child: Model): Promise<unknown[]> {
  const rows: {pid: unknown}[] = await Child.find({order: 'id'});
  return rows.map(({pid}) => pid ?? null);
}

function isSound({connector}: TestDataSource): void {
  assert.deepEqual(connector.database.verify(), []);
}

describe('A foreign key', () => {
  it('is off where none is declared', async () => {
    const dataSource = makeDataSource();
    const Child = dataSource.define('Child', {pid: Number});
    await Child.create({pid: 99});
    assert.deepEqual(await pids(Child), [99]);
  });

  it('refuses an orphan, saying what and where', async () => {
    const {Child} = await family();
    await assert.rejects(Child.create({pid: 99}), {
      ...violation,
      message:
        'Child cannot have (pid) = (99): there is no Parent with ' +
        '(id) = (99) (foreign key fk of Child).',
      details: {
        table: 'Child',
        constraint: 'fk',
        property: 'pid',
        parentTable: 'Parent',
        parentProperty: 'id',
        value: 99,
      },
    });
    assert.equal(await Child.count(), 3);
  });

  it('makes createAll all or nothing', async () => {
    const {Child} = await family();
    await assert.rejects(Child.createAll([{pid: 2}, {pid: 99}]), violation);
    assert.deepEqual(await pids(Child), [1, 1, null]);
  });

  it('refuses to delete a parent, in all ways, and takes one without children', async () => {
    for (const onDelete of [undefined, 'no action', 'RESTRICT']) {
      const {Parent, Child} = await family({onDelete});
      await assert.rejects(Parent.destroyById(1), {
        ...violation,
        message:
          'Parent with (id) = (1) cannot be deleted: rows of Child refer to ' +
          'it by (pid) (foreign key fk of Child).',
      });
      await assert.rejects(Parent.destroyAll(), violation);
      await assert.rejects(Parent.destroyAll({id: 1}), violation);
      assert.equal(await Parent.count(), 2);
      await Parent.destroyById(2);
      await Child.destroyAll();
      await Parent.destroyAll();
      assert.equal(await Parent.count(), 0);
    }
  });

  it('refuses every statement that changes a key to none', async () => {
    const {Child, dataSource} = await family();
    await assert.rejects(Child.updateAll({id: 1}, {pid: 77}), violation);
    await assert.rejects(Child.replaceById(1, {pid: 77}), violation);
    await assert.rejects(Child.upsert({id: 1, pid: 77}), violation);
    await assert.rejects(Child.upsertWithWhere({id: 1}, {pid: 77}), violation);
    const child = await Child.findById(1);
    await assert.rejects(child.updateAttribute('pid', 77), violation);
    assert.deepEqual(await pids(Child), [1, 1, null]);
    await Child.updateAll({pid: 1}, {pid: 2});
    await Child.updateAll({id: 1}, {pid: null});
    assert.deepEqual(await pids(Child), [null, 2, null]);
    isSound(dataSource);
  });

  it('deletes children under CASCADE, over two levels', async () => {
    const {dataSource, Parent, Child} = await family({onDelete: 'cascade'});
    const Grandchild = dataSource.define(
      'Grandchild',
      {pid: Number},
      keyTo(Child, {onDelete: ' Cascade '}),
    );
    await Grandchild.createAll([{pid: 1}, {pid: 3}]);
    await Parent.destroyById(1);
    assert.deepEqual(await pids(Child), [null]);
    assert.deepEqual(await pids(Grandchild), [3]);
    await Child.create({pid: 2});
    await Parent.destroyAll();
    assert.deepEqual(await pids(Child), [null]);
    isSound(dataSource);
  });

  it('fails as a whole when a cascade meets a row that may not go', async () => {
    const {dataSource, Parent, Child} = await family({onDelete: 'CASCADE'});
    const Keeper = dataSource.define('Keeper', {pid: Number}, keyTo('Child'));
    await Keeper.create({pid: 2});
    await assert.rejects(Parent.destroyById(1), violation);
    assert.deepEqual(await pids(Child), [1, 1, null]);
    assert.equal(await Parent.count(), 2);
  });

  it('sets keys to null under SET NULL', async () => {
    const {dataSource, Parent, Child} = await family({onDelete: 'set  null'});
    await Parent.destroyById(1);
    assert.deepEqual(await pids(Child), [null, null, null]);
    isSound(dataSource);
  });

  it('hands a changed key on under onUpdate CASCADE', async () => {
    const dataSource = makeDataSource();
    const unique = {type: String, index: {unique: true}};
    const Parent = dataSource.define('Parent', {code: unique});
    const key = {entityKey: 'code', onUpdate: 'CASCADE'};
    const Child = dataSource.define(
      'Child',
      {pid: String},
      keyTo('Parent', key),
    );
    await Parent.createAll([{code: 'a'}, {code: 'b'}]);
    await Child.createAll([{pid: 'a'}, {pid: 'b'}]);
    await Parent.updateAll({code: 'a'}, {code: 'c'});
    assert.deepEqual(await pids(Child), ['c', 'b']);
    isSound(dataSource);
  });

  it('can refer to its own table', async () => {
    const dataSource = makeDataSource();
    const Node = dataSource.define(
      'Node',
      {id: {type: Number, id: true}, pid: Number},
      keyTo('Node', {onDelete: 'CASCADE'}),
    );
    await Node.createAll([{id: 1, pid: 3}, {id: 2, pid: 1}, {id: 3}]);
    await Node.create({id: 4, pid: 4});
    await assert.rejects(Node.create({id: 5, pid: 6}), violation);
    await Node.destroyById(3);
    assert.deepEqual(await pids(Node), [4]);
    await Node.destroyAll();
    isSound(dataSource);
  });

  it('can have several properties, as arrays or as text', async () => {
    for (const [entityKey, foreignKey] of [
      [
        ['tenant', 'no'],
        ['t', 'n'],
      ],
      ['tenant, no', 't,n'],
    ]) {
      const dataSource = makeDataSource();
      const Item = dataSource.define('Item', {
        tenant: {type: Number, id: 1},
        no: {type: Number, id: 2},
      });
      const Line = dataSource.define(
        'Line',
        {t: Number, n: Number},
        keyTo('Item', {entityKey, foreignKey, name: 'fk_item'}),
      );
      await Item.create({tenant: 1, no: 2});
      await Line.createAll([{t: 1, n: 2}, {t: 1}, {n: 7}]);
      await assert.rejects(Line.create({t: 2, n: 1}), {
        ...violation,
        message: /\(t, n\) = \(2, 1\).*\(tenant, no\).*foreign key fk_item/,
      });
    }
  });

  it('has an index for the rows that refer, its own or a declared one', async () => {
    const {dataSource} = await family();
    const where = {pid: 1};
    const {text} = dataSource.connector.explain('Child', {where});
    assert.match(text, /index fk/);
    const declared = {indexes: {own: {keys: {pid: 1, name: 1}}}};
    dataSource.define(
      'Other',
      {...name, pid: Number},
      {...keyTo('Parent'), ...declared},
    );
    const other = dataSource.connector.explain('Other', {where});
    assert.match(other.text, /index own/);
  });
});

describe('A foreign key whose parent is defined later', () => {
  const child = {pid: Number};

  it('holds from then on', async () => {
    const dataSource = makeDataSource();
    const Child = dataSource.define('Child', child, keyTo('Parent'));
    await Child.create({});
    const Parent = dataSource.define('Parent', name);
    await assert.rejects(Child.create({pid: 1}), violation);
    await Parent.create({name: 'a'});
    await Child.create({pid: 1});
    isSound(dataSource);
  });

  it('holds by the collection of the parent', async () => {
    const dataSource = makeDataSource();
    const Child = dataSource.define('Child', child, keyTo('Parent'));
    dataSource.define('Parent', name, {memory: {collection: 'people'}});
    await assert.rejects(Child.create({pid: 1}), {
      ...violation,
      message: /there is no people with/,
    });
  });

  it('keeps a model with orphans from being used until it is migrated', async () => {
    const dataSource = makeDataSource();
    const Child = dataSource.define('Child', child, keyTo('Parent'));
    await Child.create({pid: 1});
    const Parent = dataSource.define('Parent', name);
    await assert.rejects(Child.find(), {
      code: 'INVALID_MODEL',
      message: /rows contradict its new definition \(Child cannot have \(pid\)/,
    });
    await Parent.create({});
    await dataSource.automigrate('Child');
    assert.equal(await Child.count(), 0);
    await Child.create({pid: 1});
    await assert.rejects(Child.create({pid: 2}), violation);
  });

  it('holds when its property is declared later, too', async () => {
    const dataSource = makeDataSource();
    const Parent = dataSource.define('Parent', name);
    const Child = dataSource.define('Child', {}, keyTo('Parent'));
    Child.belongsTo(Parent, {as: 'parent', foreignKey: 'pid'});
    await assert.rejects(Child.create({pid: 1}), violation);
  });
});

describe('automigrate with foreign keys', () => {
  it('is refused while rows of other models refer', async () => {
    for (const onDelete of ['NO ACTION', 'CASCADE']) {
      const {dataSource, Parent, Child} = await family({onDelete});
      await assert.rejects(dataSource.automigrate('Parent'), {
        ...violation,
        message: /Parent with \(id\) = \(1\) cannot be migrated: rows of Child/,
      });
      assert.equal(await Parent.count(), 2);
      await dataSource.automigrate();
      assert.equal(await Child.count(), 0);
      await dataSource.automigrate('Parent');
      assert.equal((await Parent.create({})).id, 1);
    }
  });
});

describe('A foreign key is refused with INVALID_MODEL', () => {
  function define(changes: object, parent: object = name): void {
    const dataSource = makeDataSource();
    dataSource.define('Parent', parent);
    dataSource.define('Child', {pid: Number}, keyTo('Parent', changes));
  }

  for (const [what, changes, message] of [
    ['with SET DEFAULT', {onDelete: 'SET DEFAULT'}, /onDelete can be CASCADE/],
    ['with an unknown action', {onUpdate: 7}, /onUpdate can be.*not 7/],
    ['without an entity', {entity: undefined}, /fk of model Child.*entity/],
    ['without a property', {foreignKey: ''}, /as many entityKeys/],
    ['of different lengths', {entityKey: 'id,name'}, /as many entityKeys/],
    ['on a nested property', {foreignKey: 'a.b'}, /a\.b is not a property/],
    [
      'that would set an id to null',
      {foreignKey: 'id', onDelete: 'SET NULL'},
      /without the id id/,
    ],
    [
      'that refers to what is not unique',
      {entityKey: 'name'},
      /Parent \(name\).*id \(id\).*\{keys: \{name: 1\}, options: \{unique/,
    ],
  ] as const) {
    it(what, () => {
      assert.throws(() => define(changes), {code: 'INVALID_MODEL', message});
    });
  }

  it('that refers to another type', () => {
    const text = {id: {type: String, id: true}};
    assert.throws(() => define({}, text), {
      code: 'INVALID_MODEL',
      message: /Child\.pid is a number, Parent\.id a string/,
    });
  });

  it('when the parent that comes later has no such key', () => {
    const dataSource = makeDataSource();
    const key = keyTo('Parent', {entityKey: 'code'});
    dataSource.define('Child', {pid: String}, key);
    assert.throws(() => dataSource.define('Parent', {code: String}), {
      code: 'INVALID_MODEL',
      message: /fk of Child refers to Parent \(code\)/,
    });
  });
});

describe('A model class as entity', () => {
  it('is known by its name', async () => {
    const dataSource = makeDataSource();
    const Parent = dataSource.define('Parent', name);
    function named(): void {}
    const other = Object.defineProperty(named, 'name', {value: 'Parent'});
    for (const [i, entity] of [Parent, {name: 'Parent'}, other].entries()) {
      dataSource.define(`Child${i}`, {pid: Number}, keyTo(entity));
      await assert.rejects(
        call(dataSource.connector, 'create', `Child${i}`, {pid: 1}),
        violation,
      );
    }
  });
});
