import path from 'node:path';

/**
 * The folder of this package. Its code lies below `dist` there, each module by itself or
 * several in one file.
 */
export const packageFolder = __dirname.slice(
  0,
  `${__dirname}${path.sep}`.lastIndexOf(`${path.sep}dist${path.sep}`),
);
