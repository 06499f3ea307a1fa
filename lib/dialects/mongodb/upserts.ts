import {andThen, type Cuttable} from '../../base/cuttable';
import type * as ours from '../../database/statements';
import type {Writer} from '../../database/writer';
import {KeyedOrder} from '../../value/value-order';
import {serverError} from './errors';
import {ObjectId, toStored} from './object-id';
import {orderIn} from './order';
import {meetLost, type Parts} from './parts';
import {changeOf} from './updates';
import {equalitiesOf} from './where';

type Document = Record<string, unknown>;
type Statements = typeof ours;

/** The statements that write a document, whether there is one already or not. */
export function upserts(
  parts: Parts,
): Pick<Statements, 'upsert' | 'upsertWhere' | 'findOrInsert'> {
  return {
    upsert: (writer, name, properties, mode) =>
      mode === 'patch'
        ? patched(parts, writer, name, properties)
        : replaced(parts, writer, name, properties),
    upsertWhere: (writer, name, where, properties) =>
      upsertedWhere(parts, writer, name, {where, properties}),
    findOrInsert(writer, name, filter, properties) {
      const {coercion, documents, statements, table, where} = parts;
      const first = statements.select(writer, name, {
        where: where.whereIn(filter?.where),
        order: orderIn(filter?.order, table, coercion.idName),
        limit: 1,
      });
      return andThen(first, ([row]): Cuttable<ours.Written> => {
        if (row !== undefined) return {row: documents.out(row), isNew: false};
        const own = documents.inUncoerced({
          ...equalitiesOf(filter?.where, coercion),
          ...properties,
        });
        return stored(parts, writer, name, own);
      });
    },
  };
}

/** Writes a document in the place of the one with its id, if there is one. */
function stored(
  {documents, statements}: Parts,
  writer: Writer,
  name: string,
  document: Document,
): Cuttable<ours.Written> {
  const result = statements.upsert(writer, name, document, 'replace');
  return andThen(result, ({isNew, row}) => ({row: documents.out(row), isNew}));
}

/** What an update makes of a document, which is changed. */
function changed(
  {coercion}: Parts,
  document: Document,
  properties: object,
): Document {
  const data = coercion.documentIn(properties);
  changeOf(data, coercion.allowsOperators)?.(document);
  return document;
}

function idOf({coercion}: Parts, properties: object): unknown {
  return (properties as Document)[coercion.idName] ?? undefined;
}

function patched(
  parts: Parts,
  writer: Writer,
  name: string,
  properties: object,
): Cuttable<ours.Written> {
  const {coercion, documents, statements} = parts;
  const key = documents.key(idOf(parts, properties) ?? new ObjectId());
  const before = statements.findById(writer, name, key);
  if (before !== undefined) meetLost(parts, properties);
  const document = before ?? {[coercion.idName]: key};
  return stored(parts, writer, name, changed(parts, document, properties));
}

function replaced(
  parts: Parts,
  writer: Writer,
  name: string,
  properties: object,
): Cuttable<ours.Written> {
  const {coercion, documents, statements} = parts;
  const own = documents.in(properties);
  const before = statements.findById(writer, name, own[coercion.idName]);
  // The connector takes a document that stays as it is for a new one.
  const isNew = before === undefined || documents.areSame(before, own);
  const written = stored(parts, writer, name, own);
  return andThen(written, ({row}) => ({row, isNew}));
}

function upsertedWhere(
  parts: Parts,
  writer: Writer,
  name: string,
  given: {readonly where: unknown; readonly properties: object},
): Cuttable<ours.Written> {
  const {coercion, documents, meet, statements, table, where} = parts;
  const {idName} = coercion;
  const found = statements.select(writer, name, {
    where: where.whereIn(given.where),
    order: new KeyedOrder([{path: idName, direction: 1}]),
    limit: 2,
  });
  return andThen(found, ([first, second]) => {
    if (second !== undefined) {
      meet(table.model, {
        what:
          'loopback-connector-mongodb updates the first of several rows of ' +
          `${table.model} that meet the where`,
        instead: 'Make the where one that a single row meets',
      });
    }
    const id = idOf(parts, given.properties);
    const key = id === undefined ? undefined : documents.key(id);
    const isOther =
      first !== undefined &&
      key !== undefined &&
      !documents.areSame(first[idName], key);
    if (isOther) {
      throw serverError(
        66,
        "Performing an update on the path '_id' would modify the immutable " +
          "field '_id'",
      );
    }
    if (first !== undefined) meetLost(parts, given.properties);
    const document = first ?? {
      [idName]: key ?? toStored(new ObjectId()),
      ...equalitiesOf(given.where, coercion),
    };
    const next = changed(parts, document, given.properties);
    return stored(parts, writer, name, next);
  });
}
