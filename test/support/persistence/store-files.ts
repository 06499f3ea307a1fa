import {storeFiles} from './stored-files';

/* Writes files to keep into a directory; see stored-files.ts. */
void storeFiles(process.argv[2]!);
