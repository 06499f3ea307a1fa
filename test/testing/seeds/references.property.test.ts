import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {seed} from '../../../testing';
import {tryOftenAsync} from '../../support/random';
import {makeBlog, rowsIn} from '../../support/testing/blog';

interface Row {
  readonly model: 'User' | 'Post';
  readonly name: string;
  /** Whether its id is given, and so are references to it. */
  readonly hasId: boolean;
  /** By their property; that of an author is required. */
  readonly references: Record<string, Row>;
}

/** Users with bosses and favourite posts, posts with authors, all by chance. */
const graphs = fc
  .record({
    users: fc.array(
      fc.record({
        hasId: fc.boolean(),
        boss: fc.option(fc.nat()),
        favourite: fc.option(fc.nat()),
      }),
      {minLength: 1, maxLength: 8},
    ),
    posts: fc.array(fc.record({hasId: fc.boolean(), author: fc.nat()}), {
      maxLength: 6,
    }),
    isPostFirst: fc.boolean(),
  })
  .map(({isPostFirst, posts, users}) => {
    const rowOf = (model: Row['model'], i: number, hasId: boolean): Row => {
      return {model, name: `${model}${i}`, hasId, references: {}};
    };
    const userRows = users.map(({hasId}, i) => rowOf('User', i, hasId));
    const postRows = posts.map(({hasId}, i) => rowOf('Post', i, hasId));
    const pick = (rows: Row[], number: number) => rows[number % rows.length]!;
    for (const [i, {boss, favourite}] of users.entries()) {
      const {references} = userRows[i]!;
      if (boss !== null) references['bossId'] = pick(userRows, boss);
      if (favourite === null || postRows.length === 0) continue;
      references['favouriteId'] = pick(postRows, favourite);
    }
    for (const [i, {author}] of posts.entries()) {
      postRows[i]!.references['authorId'] = pick(userRows, author);
    }
    return isPostFirst
      ? [...postRows, ...userRows]
      : [...userRows, ...postRows];
  });

/** Far apart, so that none is generated that is given, too. */
function idOf({name}: Row): number {
  return (Number(name.slice(4)) + 1) * 1_000_000;
}

function seedOf(rows: readonly Row[]) {
  const source: Record<string, Record<string, object>> = {};
  for (const row of rows) {
    const {hasId, model, name, references} = row;
    const values = Object.entries(references).map(([property, other]) => [
      property,
      other.hasId ? idOf(other) : `@${other.name}`,
    ]);
    (source[model] ??= {})[name] = {
      ...(hasId && {id: idOf(row)}),
      ...(model === 'User' ? {name} : {title: name}),
      ...Object.fromEntries(values),
    };
  }
  return source;
}

/**
 * The order in which rows are to be written: each time all that can be, or one of them
 * without what it waits for.
 */
function orderOf(rows: readonly Row[]): Row[] {
  const models = [...new Set(rows.map(({model}) => model))];
  const needs = new Map(
    rows.map(row => [
      row,
      Object.entries(row.references).filter(
        ([, other]) => other !== row || !row.hasId,
      ),
    ]),
  );
  const written: Row[] = [];
  const isOpen = (row: Row) => !written.includes(row);
  const openNeeds = (row: Row) =>
    needs.get(row)!.filter(([, other]) => isOpen(other));
  while (written.length < rows.length) {
    const before = written.length;
    for (const each of models) {
      let ready = rows.filter(row => row.model === each && isOpen(row));
      for (let count = -1; count !== ready.length;) {
        count = ready.length;
        const known = ready;
        ready = ready.filter(row =>
          openNeeds(row).every(
            ([, other]) => other.hasId && known.includes(other),
          ),
        );
      }
      written.push(...ready);
    }
    if (written.length > before) continue;
    const open = models.flatMap(each =>
      rows.filter(row => row.model === each && isOpen(row)),
    );
    const mayWait = (row: Row) =>
      openNeeds(row).every(([property]) => property !== 'authorId');
    needs.set(open.find(mayWait)!, []);
  }
  return written;
}

describe('Random references of a seed', () => {
  it('lead where they are meant to, and are written in the order of a naive twin', async () => {
    await tryOftenAsync(
      fc.asyncProperty(graphs, async rows => {
        const dataSource = makeBlog();
        const ids = await seed(dataSource, seedOf(rows));
        const found = [
          ...(await rowsIn(dataSource, 'User')),
          ...(await rowsIn(dataSource, 'Post')),
        ];
        for (const {name, references} of rows) {
          const row = found.find(each => (each.name ?? each.title) === name);
          assert.equal(row.id, ids[name]);
          for (const property of ['bossId', 'favouriteId', 'authorId']) {
            const other = references[property];
            assert.equal(row[property], other && ids[other.name], property);
          }
        }
        for (const model of ['User', 'Post']) {
          const isGenerated = (row: Row) => row.model === model && !row.hasId;
          const names = orderOf(rows).filter(isGenerated);
          assert.deepEqual(
            names.map(({name}) => name),
            rows
              .filter(isGenerated)
              .map(({name}) => name)
              .toSorted((a, b) => ids[a] - ids[b]),
          );
        }
        assert.deepEqual(dataSource.connector.database.verify(), []);
      }),
      60,
    );
  });
});
