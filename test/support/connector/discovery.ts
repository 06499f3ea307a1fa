import type {Model, TestDataSource} from './data-source';

/** The methods of a datasource that discover. */
export interface DiscoveringDataSource extends TestDataSource {
  discoverModelDefinitions(options?: object): Promise<any[]>;
  discoverModelProperties(table: string, options?: object): Promise<any[]>;
  discoverPrimaryKeys(table: string, options?: object): Promise<any[]>;
  discoverForeignKeys(table: string, options?: object): Promise<any[]>;
  discoverExportedForeignKeys(table: string, options?: object): Promise<any[]>;
  discoverUniqueKeys(table: string, options?: object): Promise<any[]>;
  discoverSchema(table: string, options?: object): Promise<any>;
  discoverSchemas(table: string, options?: object): Promise<any>;
  discoverAndBuildModels(
    table: string,
    options: object,
    callback: (error: Error | null, models: Record<string, Model>) => void,
  ): void;
}

/** A datasource with the methods that its type leaves out. */
export function discovering(dataSource: TestDataSource): DiscoveringDataSource {
  return dataSource as DiscoveringDataSource;
}

/** A data file as the built-in connector writes it. */
export function builtInFile(
  models: Readonly<Record<string, object[]>>,
): object {
  const tables = Object.entries(models);
  const ids = tables.map(([name, rows]) => [name, rows.length + 1]);
  const texts = tables.map(([name, rows]) => [
    name,
    Object.fromEntries(
      rows.map(row => {
        const {code, id} = row as {code?: string; id?: number};
        return [id ?? code, JSON.stringify(row)];
      }),
    ),
  ]);
  return {ids: Object.fromEntries(ids), models: Object.fromEntries(texts)};
}

/** Countries and the cities in them, of which nobody has declared a model. */
export const world = {
  Country: [
    {id: 1, code: 'JP', name: 'Japan', landlocked: false},
    {id: 2, code: 'FR', name: 'France', landlocked: false},
    {id: 3, code: 'CH', name: 'Switzerland', landlocked: true},
    {id: 4, code: 'IT', name: 'Italy', landlocked: false},
    {id: 5, code: 'AT', name: 'Austria', landlocked: true},
  ],
  City: [
    {
      id: 1,
      name: 'Tokyo',
      countryId: 1,
      population: 14_000_000,
      area: 2194.07,
      at: {lat: 35.7, lng: 139.7},
      founded: '1457-01-01T00:00:00.000Z',
      names: ['Tokyo', 'Edo'],
      mayor: {name: 'Y. Koike', since: '2016-08-01T00:00:00.000Z'},
    },
    {id: 2, name: 'Paris', countryId: 2, population: 2_100_000, area: 105},
    {id: 3, name: 'Atlantis', countryId: null, mayor: null},
  ],
};
