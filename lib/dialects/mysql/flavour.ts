/**
 * In what MariaDB and MySQL, which have one connector and one driver, differ.
 * MariaDB 10.11 was measured; of MySQL 8 its reference manual was read.
 */
export interface Flavour {
  readonly name: 'mariadb' | 'mysql';
  /** As messages call it. */
  readonly title: string;
  readonly defaultCollation: string;
  /** Whether `REGEXP_LIKE` is there, with which the connector asks `regexp`. */
  readonly hasRegexpLike: boolean;
  /** Whether fractions of a second that a column has not are rounded, not cut. */
  readonly roundsFractions: boolean;
  /** Whether JSON is a type, which keeps values, and no text. */
  readonly hasJson: boolean;
  /** Whether integers are shown with how wide they are printed: `int(11)`. */
  readonly hasIntegerWidths: boolean;
  /** Whether an index has the beginning of a text that is too long for it. */
  readonly cutsKeys: boolean;
  /** Whether a column that is added has dates of the year 0, and empty points. */
  readonly hasEmptyDates: boolean;
  /** Whether texts have defaults, and columns of all types the moment for one. */
  readonly hasAnyDefault: boolean;
  /** Whether texts that become numbers are read whole, and not as in an insertion. */
  readonly castsWholeTexts: boolean;
  /** How messages call the clauses of a statement. */
  readonly clauses: Readonly<Record<Clause, string>>;
  /** The name of a unique key in messages. */
  keyName(table: string, key: string): string;
}

export type Clause =
  | 'insert'
  | 'update'
  | 'where'
  | 'order'
  /** The list of what is selected, and that of what is inserted into. */
  | 'select'
  | 'into';

/** MariaDB 10.11. */
export const mariadbFlavour: Flavour = {
  name: 'mariadb',
  title: 'MariaDB',
  defaultCollation: 'utf8mb4_general_ci',
  hasRegexpLike: false,
  roundsFractions: false,
  hasJson: false,
  hasIntegerWidths: true,
  cutsKeys: true,
  hasEmptyDates: true,
  hasAnyDefault: true,
  castsWholeTexts: true,
  clauses: {
    insert: 'VALUES',
    update: 'SET',
    where: 'WHERE',
    order: 'ORDER BY',
    select: 'SELECT',
    into: 'INSERT INTO',
  },
  keyName: (_, key) => key,
};

/** MySQL 8.0; the places in its manual are in docs/emulation-mysql.md. */
export const mysqlFlavour: Flavour = {
  name: 'mysql',
  title: 'MySQL',
  defaultCollation: 'utf8mb4_0900_ai_ci',
  hasRegexpLike: true,
  roundsFractions: true,
  hasJson: true,
  hasIntegerWidths: false,
  cutsKeys: false,
  hasEmptyDates: false,
  hasAnyDefault: false,
  castsWholeTexts: false,
  clauses: {
    insert: 'field list',
    update: 'field list',
    where: 'where clause',
    order: 'order clause',
    select: 'field list',
    into: 'field list',
  },
  keyName: (table, key) => `${table}.${key}`,
};

/** What columns and errors need to know of the server. */
export interface Server {
  readonly flavour: Flavour;
  /** The name of the database, which messages quote. */
  readonly schema: string;
  /**
   * Whether a letter beyond U+FFFF is sent, and kept, as the two halves that it
   * is in JavaScript: in the character set `utf8`, which the connector uses where
   * the setting `collation` of the datasource names no other.
   */
  readonly sendsPairs: boolean;
}

/** Where a value is written to, for messages. */
export interface Place {
  readonly server: Server;
  readonly table: string;
  readonly column: string;
  readonly clause: Clause;
}
