import {
  createHasManyInclusionResolver,
  DefaultCrudRepository,
  Entity,
  ModelDefinition,
  RelationType,
  type HasManyDefinition,
} from '@loopback/repository';
import {DataSource, type AnyObject} from 'loopback-datasource-juggler';
import * as inmemoryModule from 'loopback-connector-inmemory';
import type {Explanation, InMemoryConnector} from 'loopback-connector-inmemory';
import {compare, type Entrant} from '../comparison';
import {useOtherModels} from '../other-models';
import {chosen, type Outcome, type Part, type Request} from '../part';
import {timeTable} from '../report';
import {single} from '../statistics';

const parentCount = 10_000;
const childrenOfEach = 10;
const parentsFound = 1000;

class Child extends Entity {
  static override readonly definition = new ModelDefinition({
    name: 'Child',
    properties: {
      id: {type: 'number', id: true},
      parentId: {type: 'number', index: true},
    },
  });
}

class Parent extends Entity {
  static override readonly definition = new ModelDefinition({
    name: 'Parent',
    properties: {id: {type: 'number', id: true}, name: {type: 'string'}},
    relations: {},
  });
  children!: Child[];
}

type ConnectorAll = (
  model: string,
  filter: AnyObject,
  options: object,
  callback: unknown,
) => void;

const peers = [
  {name: 'inmemory', connector: inmemoryModule as unknown},
  {name: 'built-in', connector: 'memory' as unknown},
];

/** Parents with their children, as a LoopBack 4 repository joins: one query for the parents, one for all children. */
export const include: Part = {
  name: 'include',
  title: 'Joins',
  works: [],
  peers: peers.map(({name}) => name),
  async measure(request: Request): Promise<Outcome> {
    request.say('including children');
    const work = `find ${parentsFound} parents, include ${childrenOfEach} children of each`;
    const entrants: Entrant[] = [];
    let plans: Explanation[] = [];
    for (const {name, connector} of chosen(peers, request.peers)) {
      const dataSource = new DataSource({connector});
      const parents = await openFamilies(dataSource);
      const queries = noteQueries(dataSource);
      const filter = {limit: parentsFound, include: ['children']};
      const perform = () => parents.find(filter);
      check(name, await perform());
      entrants.push({name, rows: parentCount * childrenOfEach, perform});
      if (name === 'inmemory') plans = queries.map(planIn(dataSource));
      queries.length = 0;
    }
    const comparison = await compare(work, entrants, request.pace);
    return {
      targets: [
        {
          work,
          measure: 'queries for children',
          measured: single(plans.length),
          atMost: 1,
        },
        ...plans.map(({rowsExamined, rowsReturned}) => ({
          work,
          measure: 'rows examined for each child found',
          measured: single(rowsExamined / rowsReturned),
          atMost: 1,
        })),
      ],
      tables: [
        timeTable([comparison], () => 'inmemory'),
        ...plans.map(({text}) => `\`\`\`text\n${text}\n\`\`\``),
      ],
    };
  },
};

function hasChildren(): HasManyDefinition {
  return {
    name: 'children',
    type: RelationType.hasMany,
    targetsMany: true,
    source: Parent,
    target: () => Child,
    keyTo: 'parentId',
  };
}

async function openFamilies(
  dataSource: DataSource,
): Promise<DefaultCrudRepository<Parent, number>> {
  await dataSource.connect();
  await useOtherModels(dataSource);
  const children = new DefaultCrudRepository<Child, number>(Child, dataSource);
  const parents = new DefaultCrudRepository<Parent, number>(Parent, dataSource);
  parents.registerInclusionResolver(
    'children',
    createHasManyInclusionResolver(hasChildren(), async () => children),
  );
  const rows = (count: number, rowOf: (id: number) => object) =>
    Array.from({length: count}, (_, place) => rowOf(place + 1));
  await createAll(
    dataSource,
    'Parent',
    rows(parentCount, id => ({id, name: `Parent ${id}`})),
  );
  await createAll(
    dataSource,
    'Child',
    rows(parentCount * childrenOfEach, id => ({
      id,
      parentId: 1 + (id % parentCount),
    })),
  );
  return parents;
}

function createAll(
  {connector}: DataSource,
  model: string,
  rows: object[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const callback = (error: unknown): void =>
      error ? reject(error) : resolve();
    connector!['createAll'](model, rows, {}, callback);
  });
}

/** The filters of the queries for children, from now on. */
function noteQueries({connector}: DataSource): AnyObject[] {
  const filters: AnyObject[] = [];
  const all = connector!['all'] as ConnectorAll;
  // The juggler counts the parameters.
  connector!['all'] = ((model, filter, options, callback) => {
    if (model === 'Child') filters.push(filter);
    all.call(connector, model, filter, options, callback);
  }) as ConnectorAll;
  return filters;
}

function planIn({connector}: DataSource): (filter: AnyObject) => Explanation {
  const explaining = connector as unknown as InMemoryConnector;
  return filter => explaining.explain('Child', filter);
}

function check(name: string, found: readonly Parent[]): void {
  const isRight =
    found.length === parentsFound &&
    found.every(({children}) => children.length === childrenOfEach);
  if (!isRight) throw new Error(`${name} does not include all children.`);
}
