/** The name of a journal is that of its data file, and this. */
export const journalSuffix = '.journal';

/** What the name of a journal ends with that is to take the place of another. */
export const nextJournalSuffix = `${journalSuffix}.new`;

/** What the name of a file ends with that is to take the place of a data file. */
export const temporarySuffix = '.tmp';

/** As {@link temporarySuffix}, of the one that the end of a process writes. */
export const atExitSuffix = '.exit.tmp';

/** What follows the name of a file that `repair` has kept, before its number. */
export const damagedSuffix = '.damaged-';
