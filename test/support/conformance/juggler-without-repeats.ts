/* Loaded before the juggler's own tests: their datasource, and what looks at each test. */
require('./juggler-setup');

export {mochaHooks} from './no-repeats';
