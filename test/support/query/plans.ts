import assert from 'node:assert/strict';
import type {InMemoryConnector} from '../../../index';
import {atOnce} from '../../../lib/base/cuttable';
import {understand} from '../../../lib/database/lookup';
import {countRows, explainQuery} from '../../../lib/database/statements';
import {execute} from '../../../lib/query/execute';
import {describeAccess, describeResidual} from '../../../lib/query/explain';
import {planCount} from '../../../lib/query/planner';
import type {Filter} from '../../../lib/query/query';
import {call, makeDataSource} from '../connector/data-source';
import {literal, literals} from '../literal';
import {parseProperty, type Property} from '../property';
import {describeConsidered} from './considered';

/*
 * What a file of plans says
 *
 *   table City                             begins a table
 *   property id Number id = i + 1          with a property: its type, whether it
 *   property code String unique = `c${i}`  is the id, `unique` or has an `index`,
 *   property tags [String] index           and its value in the row i = 0, 1, ...
 *   index biggest {country: 1, rank: -1}   and an index on several
 *   rows 3000                              and that many rows.
 *   update {id: 5} {tags: ['a']}           Changes rows.
 *   find {where: {id: 7}}                  Answers how a filter is answered, and
 *                                          what else was considered.
 *   count {id: {gt: 7}}                    Answers how a `where` is counted.
 *
 * Each `find` and `count` is also asked of a table without indexes, and must get
 * the same rows in the same order, and the same number.
 */

/** Answers a file of plans. */
export async function answerPlans(
  inputs: readonly string[],
): Promise<readonly string[]> {
  let tables = new Tables('none');
  const answers: string[] = [];
  for (const input of inputs) {
    const [, verb, rest] = /^(\w+) (.*)$/.exec(input) ?? refuse(input);
    if (verb === 'table') tables = new Tables(rest!);
    answers.push(await tables.take(verb!, rest!));
  }
  return answers;
}

/** A table, and one with the same rows and no index. */
class Tables {
  private readonly properties: Property[] = [];
  private readonly indexes: Record<string, object> = {};
  private indexed: InMemoryConnector | undefined;
  private plain: InMemoryConnector | undefined;

  constructor(private readonly name: string) {}

  async take(verb: string, rest: string): Promise<string> {
    switch (verb) {
      case 'table':
        return '';
      case 'property':
        this.properties.push(parseProperty(rest));
        return '';
      case 'index': {
        const [, name, keys] = /^(\w+) (\{.*\})$/.exec(rest) ?? refuse(rest);
        this.indexes[name!] = {keys: literal(keys!)};
        return '';
      }
      case 'rows':
        await this.fill(Number(rest));
        return '';
      case 'update':
        await this.update(literals(rest));
        return '';
      case 'find':
        return await this.find(literal(rest));
      case 'count':
        return await this.count(literal(rest));
      default:
        return refuse(verb);
    }
  }

  private async fill(count: number): Promise<void> {
    const {indexes, properties} = this;
    this.indexed = this.open(({definition}) => definition, {indexes});
    this.plain = this.open(({definition: {type, id}}) => ({type, id}), {});
    const rows = Array.from({length: count}, (_, i) =>
      Object.fromEntries(
        properties.map(({name, valueOf}) => [name, valueOf(i)]),
      ),
    );
    for (const connector of this.both()) {
      await call(connector, 'createAll', this.name, rows);
    }
  }

  private open(
    definitionOf: (property: Property) => object,
    settings: object,
  ): InMemoryConnector {
    const dataSource = makeDataSource();
    const definitions = this.properties.map(property => [
      property.name,
      definitionOf(property),
    ]);
    dataSource.define(this.name, Object.fromEntries(definitions), settings);
    return dataSource.connector;
  }

  private both(): [InMemoryConnector, InMemoryConnector] {
    assert.ok(this.indexed && this.plain, 'a table has rows before questions');
    return [this.indexed, this.plain];
  }

  private async update([where, change]: object[]): Promise<void> {
    for (const connector of this.both()) {
      await call(connector, 'update', this.name, where, change);
    }
  }

  private async find(filter: Filter): Promise<string> {
    const [indexed, plain] = this.both();
    const [found] = await call(indexed, 'all', this.name, filter);
    const [expected] = await call(plain, 'all', this.name, filter);
    assert.deepEqual(found, expected, `the rows of ${JSON.stringify(filter)}`);
    return indexed.database.view(view => {
      const {query, table} = understand(view, this.name, filter);
      const considered = describeConsidered(query, table);
      const explained = atOnce(explainQuery(view, this.name, filter));
      const inSlices = atOnce(execute(explained.plan, table, true));
      assert.equal(inSlices.rowsExamined, explained.rowsExamined, 'in slices');
      return [explained.text, ...considered.map(line => `  ${line}`)].join(
        '\n',
      );
    });
  }

  private async count(where: object): Promise<string> {
    const [indexed, plain] = this.both();
    const [expected] = await call(plain, 'count', this.name, where);
    return indexed.database.view(view => {
      const {query, table} = understand(view, this.name, {where});
      const {access, residual} = planCount(query, table);
      const counted = atOnce(countRows(view, this.name, where));
      assert.equal(counted, expected, `the rows of ${JSON.stringify(where)}`);
      return [
        `${this.name}: ${describeAccess(access)}`,
        ...describeResidual(residual).map(line => `  ${line}`),
        `  counted ${counted}`,
      ].join('\n');
    });
  }
}

function refuse(text: string): never {
  throw new Error(`Not of the form that files of plans have: ${text}`);
}
