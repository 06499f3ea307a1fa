import {streamOf} from '../persistence/data-file/plain-files';
import {persistenceFailed} from '../persistence/disk/failures';
import {UsageError} from './command';
import {standardInput} from './load-input';
import {readAll} from './terminal';

/** All of the input, which may be a pipe, and what it is called in errors. */
export async function readSource(
  input: string | undefined,
): Promise<{bytes: Buffer; name: string}> {
  if (input === undefined || input === '-') {
    return {bytes: await readAll(process.stdin), name: standardInput};
  }
  try {
    return {bytes: await readAll(streamOf(input)), name: input};
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`${input} does not exist.`);
    throw persistenceFailed(input, 'cannot be read', error);
  }
}
