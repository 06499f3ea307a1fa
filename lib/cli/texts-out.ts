import {NewFile} from '../persistence/data-file/plain-files';
import {Output} from './terminal';

const partLength = 256 * 1024;

/** Writes texts to standard output, no faster than they are taken. */
export async function toStdout(texts: Iterable<string>): Promise<void> {
  const output = new Output();
  for (const text of texts) await output.write(text);
  await output.flush();
}

/** Writes texts to a new file; where that fails there is none. */
export function toFile(path: string, texts: Iterable<string>): void {
  toFiles([{path, texts}]);
}

/** A file that is to be, part by part. */
export interface NewText {
  readonly path: string;
  readonly texts: Iterable<string>;
}

/** Writes new files; where one fails there are none of them. */
export function toFiles(all: readonly NewText[]): void {
  const files: NewFile[] = [];
  try {
    for (const {path, texts} of all) {
      const file = NewFile.create(path);
      files.push(file);
      writeParts(file, texts);
      file.close();
    }
  } catch (error) {
    for (const file of files) file.discard();
    throw error;
  }
}

function writeParts(file: NewFile, texts: Iterable<string>): void {
  let part = '';
  for (const text of texts) {
    part += text;
    if (part.length < partLength) continue;
    file.write(part);
    part = '';
  }
  file.write(part);
}
