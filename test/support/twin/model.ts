import type {ColumnType, ColumnTypes} from './cast';
import type {TestSchema} from './schema.arbitrary';
import type {Row} from './value';

/** The properties of a model, its id among them, as LoopBack is told of them. */
export function propertiesOf({
  idKind,
  types,
}: Pick<TestSchema, 'idKind' | 'types'>): Record<string, object> {
  const id =
    idKind === 'generated'
      ? {type: Number, id: true, generated: true}
      : {type: String, id: true, generated: false};
  return {id, ...(propertiesBelow('', types) as Record<string, object>)};
}

const propertyTypes: Readonly<Record<ColumnType, unknown>> = {
  Number,
  String,
  Boolean,
  Date,
  GeoPoint: 'GeoPoint',
  Object,
  Any: 'any',
  '[Number]': [Number],
  '[String]': [String],
  '[Object]': [Object],
};

/** What is declared below a path, as a model nests it. */
function propertiesBelow(above: string, types: ColumnTypes): Row {
  const properties = Object.entries(types)
    .filter(([path]) => path.slice(0, path.lastIndexOf('.') + 1) === above)
    .map(([path, type]) => {
      const inner = propertiesBelow(`${path}.`, types);
      const isNested = Object.keys(inner).length > 0;
      const nested = type.startsWith('[') ? [inner] : inner;
      return [
        path.slice(above.length),
        {type: isNested ? nested : propertyTypes[type]},
      ];
    });
  return Object.fromEntries(properties);
}
