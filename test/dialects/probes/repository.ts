import {
  DefaultCrudRepository,
  Entity,
  model,
  property,
} from '@loopback/repository';
import {type Place, probes} from '../../support/dialects/probe';

/** A repository on a table of its own. */
async function repository(place: Place, named: string): Promise<any> {
  @model({name: named, settings: {forceId: false}})
  class Item extends Entity {
    @property({type: 'number', id: true})
    id!: number;
    @property({type: 'string', length: 40, index: {unique: true}})
    code?: string;
    @property({type: 'string', required: true})
    title!: string;
    @property({type: 'number'})
    amount?: number;
  }
  const items: any = new DefaultCrudRepository(Item, place.dataSource);
  await place.dataSource.automigrate(named);
  await items.create({id: 1, code: 'a', title: 'A', amount: 5});
  await items.create({id: 2, code: 'b', title: 'B'});
  return items;
}

/** The status that REST answers an error with. */
const status = (work: Promise<unknown>) =>
  work.then(
    () => 200,
    (error: {statusCode?: unknown; code?: unknown}) => {
      const codes: Record<string, number> = {ENTITY_NOT_FOUND: 404};
      return error.statusCode ?? codes[String(error.code)] ?? 500;
    },
  );

const steps =
  (named: string, all: Readonly<Record<string, (items: any) => unknown>>) =>
  async (place: Place) => {
    const items = await repository(place, named);
    for (const [name, step] of Object.entries(all)) {
      await place.step(name, () => step(items));
    }
  };

export const repositories = probes('repository', {
  reads: steps('RepositoryReads', {
    all: items => items.find(),
    one: items => items.findOne({where: {amount: null}}),
    byId: items => items.findById(2),
    missing: items => items.findById(9),
    count: items => items.count({amount: {neq: 5}}),
    exists: items => items.exists(1),
  }),
  patches: steps('RepositoryPatches', {
    byId: items => items.updateById(1, {title: 'C'}),
    undefined: items => items.updateById(1, {title: 'D', amount: undefined}),
    empty: items => items.updateById(1, {}),
    missing: items => items.updateById(9, {title: 'E'}),
    all: items => items.updateAll({amount: 1}, {code: 'b'}),
    rows: items => items.find(),
  }),
  replacements: steps('RepositoryReplacements', {
    byId: items => items.replaceById(1, {title: 'R'}),
    missing: items => items.replaceById(9, {title: 'R'}),
    rows: items => items.find(),
  }),
  deletions: steps('RepositoryDeletions', {
    byId: items => items.deleteById(1),
    missing: items => items.deleteById(1),
    all: items => items.deleteAll({title: 'B'}),
  }),
  'what REST answers': steps('RepositoryStatus', {
    duplicateId: items => status(items.create({id: 1, title: 'x'})),
    duplicate: items => status(items.create({id: 3, code: 'a', title: 'x'})),
    missing: items => status(items.create({id: 4})),
    null: items => status(items.updateAll({title: null}, {id: 1})),
    fraction: items => status(items.create({id: 5, title: 'x', amount: 1.5})),
    word: items => status(items.findById('abc')),
    filter: items => status(items.find({where: {amount: {foo: 1}}})),
    order: items => status(items.find({order: ['tpyo']})),
    notFound: items => status(items.findById(77)),
  }),
});
