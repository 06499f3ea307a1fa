import assert from 'node:assert/strict';
import {makeDataSource, type Model} from '../../support/connector/data-source';
import {failureOf} from '../../support/dialects/emulated';

/** The datasource as loopback-connector-mysql leaves it. */
interface WithEnums {
  readonly EnumFactory: (...texts: string[]) => any;
}

describe('The types of EnumFactory', () => {
  const dataSource = makeDataSource({emulate: 'mariadb'});
  const {EnumFactory} = dataSource as unknown as WithEnums;
  const Animal = EnumFactory('dog', 'cat');
  const Pet: Model = dataSource.define('Pet', {
    id: {type: Number, id: true, generated: true},
    animal: {type: Animal},
    home: {type: EnumFactory('house', 'barn'), null: false},
  });

  it('give the text that is meant', () => {
    assert.equal(Animal.CAT, 'cat');
    for (const cat of ['cat', 'CAT', 2]) assert.equal(Animal(cat), 'cat');
    assert.equal(Animal(null), null);
    for (const none of ['', 'horse', 0]) assert.equal(Animal(none), '');
    assert.equal(Animal(3), undefined);
  });

  it('are needed texts', () => {
    assert.throws(
      () => EnumFactory(),
      (error: unknown) => error === 'No arguments - could not create Enum.',
    );
  });

  it('make columns that hold these texts', async () => {
    const {id} = await Pet.create({animal: 'CAT', home: 2});
    const {animal, home} = (await Pet.findById(id)).toObject();
    assert.deepEqual([animal, home], ['cat', 'barn']);
    assert.equal(await Pet.count({animal: 2}), 1);
  });

  it('make columns that refuse others', async () => {
    const {code, message} = await failureOf(Pet.create({animal: 'horse'}));
    assert.equal(code, 'WARN_DATA_TRUNCATED');
    assert.equal(message, "Data truncated for column 'animal' at row 1");
  });

  it('make columns that have the first text where they cannot be null', async () => {
    const {id} = await Pet.create({animal: 'dog'});
    assert.equal((await Pet.findById(id)).home, 'house');
  });

  it('are those of MariaDB and MySQL alone', () => {
    assert.equal('EnumFactory' in makeDataSource({emulate: 'sqlite'}), false);
    assert.equal('EnumFactory' in makeDataSource(), false);
  });
});
