import {DataSource} from 'loopback-datasource-juggler';
import * as connector from '../../../index';

/*
 * Loaded before each of the juggler's own tests: the datasource under test, and
 * what it is capable of. docs/conformance.md explains the flags that are false.
 */
Object.assign(globalThis, {
  getSchema: (_connector: unknown, settings?: object) =>
    new DataSource({...settings, connector}),
  connectorCapabilities: {
    nestedProperty: true,
    adhocSort: true,
    supportInq: true,
    supportTwoOrMoreInq: true,
    supportInclude: true,
    supportPagination: true,
    supportOrOperator: true,
    supportForceId: true,
    supportStrictDelete: true,
    supportUpdateWithoutId: true,
    supportsArrays: true,
    geoPoint: true,
    deleteWithOtherThanId: true,
    updateWithOtherThanId: true,
    updateWithoutId: true,
    refuseDuplicateInsert: true,
    reportDeletedCount: true,
    replaceOrCreateReportsNewInstance: true,
    // `like` matches the whole text, as in SQL.
    ilike: false,
    nilike: false,
  },
});
