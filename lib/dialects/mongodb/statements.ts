import {andThen, type Cuttable, mapped} from '../../base/cuttable';
import type * as ours from '../../database/statements';
import type {Writer} from '../../database/writer';
import type {Filter} from '../../query/query';
import type {EmulatedTable} from '../dialect';
import type {MeetHazard} from '../hazards';
import {Coercion} from './coercion';
import {Documents} from './documents';
import {noAtomicOperators} from './errors';
import {toStored} from './object-id';
import {orderIn} from './order';
import {changeOf, isPlainSet} from './updates';
import {meetLost, type Parts} from './parts';
import {upserts} from './upserts';
import {MongoWhere} from './where';

type Statements = typeof ours;
type Document = Record<string, unknown>;

/**
 * The statements of a model as loopback-connector-mongodb has them, with what
 * MongoDB answers. Read in the connector's mongodb.js, not measured.
 */
export function mongodbStatements(
  statements: Statements,
  table: EmulatedTable,
  meet: MeetHazard,
): Statements {
  const coercion = new Coercion(table);
  const documents = new Documents(coercion);
  const where = new MongoWhere(table, coercion, meet);
  const parts = {coercion, documents, meet, statements, table, where};
  return {
    ...statements,
    ...reads(parts),
    ...insertions(parts),
    ...updates(parts),
    ...upserts(parts),
    ...deletions(parts),
  };
}

function reads({
  coercion,
  documents,
  statements,
  table,
  where,
}: Parts): Pick<
  Statements,
  'select' | 'countRows' | 'explainQuery' | 'planText' | 'findById' | 'hasId'
> {
  const filterIn = (filter: Filter | null | undefined): Filter => {
    const {fields, limit, offset, order, skip} = filter ?? {};
    return {
      where: where.whereIn(filter?.where),
      order: orderIn(order, table, coercion.idName),
      fields,
      limit: limit || undefined,
      skip: skip || offset || undefined,
    };
  };
  return {
    select: (view, name, filter) =>
      andThen(statements.select(view, name, filterIn(filter)), found =>
        mapped(found, each => documents.out(each), view.isCut),
      ),
    countRows: (view, name, given) =>
      statements.countRows(view, name, where.whereIn(given)),
    explainQuery: (view, name, filter) =>
      statements.explainQuery(view, name, filterIn(filter)),
    planText: (view, name, filter) =>
      statements.planText(view, name, filterIn(filter)),
    findById(view, name, id) {
      const found = statements.findById(view, name, documents.key(id));
      return found && documents.out(found);
    },
    hasId: (view, name, id) => statements.hasId(view, name, documents.key(id)),
  };
}

function insertions({
  coercion,
  documents,
  statements,
}: Parts): Pick<Statements, 'insert' | 'insertAndCopy'> {
  const inserted = (
    writer: Writer,
    name: string,
    all: readonly object[],
  ): Cuttable<Document[]> => {
    const own = all.map(each => documents.in(each));
    return andThen(statements.insert(writer, name, own), stored =>
      mapped(
        stored,
        row => {
          const out = documents.out({...row});
          return {
            ...out,
            [coercion.idName]: coercion.idIn(out[coercion.idName]),
          };
        },
        writer.isCut,
      ),
    );
  };
  return {insert: inserted, insertAndCopy: inserted};
}

function updates(
  parts: Parts,
): Pick<Statements, 'updateWhere' | 'updateById' | 'replaceById'> {
  const {coercion, documents, statements, table, where} = parts;
  const {allowsOperators} = coercion;
  const set = (
    writer: Writer,
    name: string,
    own: object,
    properties: Document,
  ): Cuttable<number> => {
    const change = changeOf(properties, allowsOperators);
    if (change === undefined) throw noAtomicOperators();
    return isPlainSet(properties)
      ? statements.updateWhere(
          writer,
          name,
          own,
          toStored(properties) as object,
        )
      : statements.replaceWhere(writer, name, own, document => {
          change(document);
          return document;
        });
  };
  return {
    updateWhere(writer, name, given, properties) {
      const data = coercion.documentIn(properties);
      if (Object.keys(data).length === 0) throw noAtomicOperators();
      meetLost(parts, properties);
      return set(writer, name, where.whereIn(given), data);
    },
    updateById(writer, name, id, properties) {
      const data = coercion.documentIn(properties);
      if (Object.keys(data).length === 0) return {};
      meetLost(parts, properties);
      const own = {[coercion.idName]: documents.key(id)};
      return andThen(set(writer, name, own, data), count => {
        if (count > 0) return {...data, [coercion.idName]: id};
        throw notFound(`No ${table.model} found for id ${String(id)}`);
      });
    },
    replaceById(writer, name, id, properties) {
      const key = documents.key(id);
      if (!statements.hasId(writer, name, key)) {
        throw notFound(
          `Could not replace. Object with id ${String(id)} does not exist!`,
        );
      }
      const own = documents.in({...properties, [coercion.idName]: id});
      return andThen(statements.replaceById(writer, name, key, own), row =>
        documents.out(row),
      );
    },
  };
}

function deletions({
  documents,
  statements,
  where,
}: Parts): Pick<Statements, 'deleteWhere' | 'deleteById'> {
  return {
    deleteWhere: (writer, name, given) =>
      statements.deleteWhere(writer, name, where.whereIn(given)),
    deleteById: (writer, name, id) =>
      statements.deleteById(writer, name, documents.key(id)),
  };
}

function notFound(message: string): Error {
  return Object.assign(new Error(message), {statusCode: 404, status: 404});
}
