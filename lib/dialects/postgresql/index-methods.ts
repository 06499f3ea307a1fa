import type {NativeColumn} from '../../schema/schema';
import {pgError} from './errors';
import {typeNamed} from './types';

/** The access methods, and which types have an operator class for each by default. */
const methods: Readonly<Record<string, (type: string) => boolean>> = {
  btree: isOrdered,
  hash: isOrdered,
  brin: type => isOrdered(type) && type !== 'jsonb' && type !== 'boolean',
  gin: type => type === 'jsonb' || type.endsWith('[]'),
  gist: type => type === 'point',
  spgist: type => type === 'point' || type === 'text',
};

function isOrdered(type: string): boolean {
  return type !== 'json' && type !== 'point';
}

/** Fails with 42704, 0A000 where there can be no such index. */
export function checkIndex(
  method: string,
  columns: readonly NativeColumn[],
  isUnique: boolean,
): void {
  if (!Object.hasOwn(methods, method)) {
    throw pgError('42704', `access method "${method}" does not exist`);
  }
  const lacks = (what: string) =>
    pgError('0A000', `access method "${method}" does not support ${what}`);
  if (isUnique && method !== 'btree') throw lacks('unique indexes');
  const isForOne = method === 'hash' || method === 'spgist';
  if (columns.length > 1 && isForOne) throw lacks('multicolumn indexes');
  for (const {type} of columns) {
    const {name} = typeNamed(type);
    if (methods[method]!(name)) continue;
    throw pgError(
      '42704',
      `data type ${name} has no default operator class for access method ` +
        `"${method}"`,
      {
        hint:
          'You must specify an operator class for the index or define a ' +
          'default operator class for the data type.',
      },
    );
  }
}
