const packageName = 'loopback-connector-inmemory';

/** This package as an application requires it, by the files that its `exports` name. */
export function publishedPackage(): typeof import('../index') {
  return require(packageName) as typeof import('../index');
}

/** Its functions for tests. */
export function publishedTesting(): typeof import('../testing') {
  return require(`${packageName}/testing`) as typeof import('../testing');
}
