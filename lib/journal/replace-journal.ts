import type {FileSystem} from './file-system';
import type {JournalHeader} from './format';
import {JournalWriter, maxAddedBytes} from './journal-writer';

/** A journal that has taken the place of another. */
export interface Replacement {
  readonly writer: JournalWriter;
  /**
   * Why a power cut may bring the old one back; undefined when it cannot. The
   * writer takes nothing then.
   */
  readonly doubt: unknown;
}

/**
 * Puts a new journal with the payloads of some commits in the place of the one that is there, if
 * any. Fails with PERSISTENCE_FAILED, and the old one is still there.
 */
export function replaceJournal(
  fileSystem: FileSystem,
  journal: string,
  header: JournalHeader,
  content: {
    readonly payloads: readonly string[];
    readonly permissions: number | undefined;
    /** Gives the new journal its owner. */
    readonly share: (journal: string) => void;
  },
): Replacement {
  const temporary = `${journal}.new`;
  if (fileSystem.stat(temporary) !== undefined) fileSystem.unlink(temporary);
  const {payloads, permissions, share} = content;
  const writer = JournalWriter.create(
    fileSystem,
    temporary,
    header,
    permissions,
  );
  try {
    share(temporary);
    for (const payload of payloads) {
      writer.addEncoded(payload);
      if (writer.addedBytes > maxAddedBytes) writer.flush();
    }
    writer.flush();
    writer.moveTo(journal);
  } catch (error) {
    if (writer.path === journal) return {writer, doubt: error};
    // The next one that is made removes the file.
    writer.abandon();
    throw error;
  }
  return {writer, doubt: undefined};
}
