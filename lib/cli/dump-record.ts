import {isRecord} from '../base/objects';
import type {InputRow} from '../database/load-rows';
import {
  decodeRow,
  decodeValue,
  encodeRow,
  encodeValue,
  type Types,
} from '../persistence/data-file/value-codec';
import type {RecoveredTable} from '../persistence/recovered-table';
import {identifiedRows} from '../persistence/salvage/identified-rows';

/*
 * A row in a dump:
 *
 *   {"model":"City","id":7,"row":{"id":7,"founded":"1950-01-01T00:00:00.000Z"},
 *    "types":{"/founded":"Date"}}
 *
 * `types` and `idTypes` say what JSON cannot, as a journal says it; `key` names
 * the properties that are the id unless that is `id`.
 */
interface DumpRecord {
  readonly model: string;
  readonly id: unknown;
  readonly row: Record<string, unknown>;
  readonly types?: Types;
  readonly idTypes?: Types;
  readonly key?: readonly string[];
}

type Row = Readonly<Record<string, unknown>>;

/** A row as a line of a dump, without line end. */
function dumpLine(
  model: string,
  key: readonly string[],
  id: unknown,
  row: Row,
): string {
  const encodedId = encodeValue(id);
  const encoded = encodeRow(row);
  const isUsual = key.length === 1 && key[0] === 'id';
  return JSON.stringify({
    model,
    id: encodedId.value,
    row: encoded.row,
    ...(encoded.types && {types: encoded.types}),
    ...(encodedId.types && {idTypes: encodedId.types}),
    ...(!isUsual && {key}),
  });
}

/** All rows of tables as such lines; `at` is told how many came before the next. */
export function* dumpLines(
  tables: readonly RecoveredTable[],
  at: (doneRows: number) => void,
): Generator<string> {
  let done = 0;
  for (const table of tables) {
    const {key, rows} = identifiedRows(table);
    for (const [id, row] of rows) {
      yield dumpLine(table.name, key, id, row);
      at(++done);
    }
  }
}

/** The row in an object of a dump; undefined when it is none of a dump. */
export function rowOfDump(json: unknown, place: string): InputRow | undefined {
  if (!isDumpRecord(json)) return undefined;
  const {model, id, row, types, idTypes, key} = json;
  return {
    model,
    id: decodeValue(id, idTypes),
    row: decodeRow(row, types),
    key,
    place,
  };
}

const members = new Set(['model', 'id', 'row', 'types', 'idTypes', 'key']);

/** Whether JSON has the form of a row in a dump. */
export function isDumpRecord(json: unknown): json is DumpRecord {
  if (!isRecord(json) || typeof json.model !== 'string') return false;
  if (!isRecord(json.row)) return false;
  const {types = {}, idTypes = {}, key = []} = json;
  return (
    isRecord(types) &&
    isRecord(idTypes) &&
    Array.isArray(key) &&
    key.every(name => typeof name === 'string') &&
    Object.keys(json).every(name => members.has(name))
  );
}
