/** A row. Each write gives it another `value`, which tells the write. */
export interface Row {
  readonly id: number;
  /** Has an ordered index. */
  readonly group: number;
  /** Has a unique index; nulls are distinct. */
  readonly code: number | null;
  /** Has no index. */
  readonly value: number;
}

/** A row of the model, which also knows with which value it was created. */
interface BornRow extends Row {
  readonly birth?: number;
}

/** A row as it comes from a datasource. */
export type StoredRow = Row & {toJSON?: () => Row};

/** The rows of a table by id. */
export type Rows = ReadonlyMap<number, BornRow>;

type Condition =
  | number
  | {readonly between: readonly [number, number]}
  | {readonly gte: number}
  | {readonly lt: number}
  | {readonly inq: readonly number[]};

/** A LoopBack condition over rows; of all its properties. */
export type Where = {readonly [name in keyof Row]?: Condition};

/** A statement of a transaction. */
export type Step =
  | {readonly kind: 'find'; readonly where: Where}
  | {readonly kind: 'findById'; readonly id: number}
  | {readonly kind: 'count'; readonly where: Where}
  | {
      readonly kind: 'update';
      readonly where: Where;
      readonly change: Partial<Row> & Pick<Row, 'value'>;
    }
  | {readonly kind: 'create'; readonly row: Row}
  | {readonly kind: 'destroy'; readonly where: Where};

/** The rows that were found, or how many rows were counted or written. */
export type Answer = readonly Row[] | number;

/** The rows that a write writes, by id; undefined is a row that it deletes. */
export type Changes = ReadonlyMap<number, Row | undefined>;

/** The rows by id, each with its properties and nothing else. */
export function rowsOf(rows: readonly StoredRow[]): Rows {
  return new Map(
    rows
      .map(({id, group, code, value}) => ({id, group, code, value}))
      .sort((a, b) => a.id - b.id)
      .map(row => [row.id, row]),
  );
}

/** The rows that match, by ascending id. */
export function select(rows: Rows, where: Where): Row[] {
  return [...rows.values()]
    .filter(row => meets(row, where))
    .sort((a, b) => a.id - b.id);
}

function meets(row: Row, where: Where): boolean {
  return Object.entries(where).every(([name, condition]) =>
    meetsOne(row[name as keyof Row], condition),
  );
}

function meetsOne(value: number | null, condition: Condition): boolean {
  if (value === null) return false;
  if (typeof condition === 'number') return value === condition;
  if ('gte' in condition) return value >= condition.gte;
  if ('lt' in condition) return value < condition.lt;
  if ('inq' in condition) return condition.inq.includes(value);
  const [least, greatest] = condition.between;
  return value >= least && value <= greatest;
}

/** What a read answers; undefined when the step is a write. */
export function answerOfRead(step: Step, rows: Rows): Answer | undefined {
  switch (step.kind) {
    case 'find':
      return select(rows, step.where);
    case 'findById':
      return select(rows, {id: step.id});
    case 'count':
      return select(rows, step.where).length;
    default:
      return undefined;
  }
}

/** How a write finds its rows. */
export interface Sight {
  /** The rows in which it looks. */
  readonly seen: Rows;
  /** The rows when it has waited; it writes those that still match. */
  readonly latest: Rows;
  /** Whether a row that was deleted and created again is another row. */
  readonly knowsBirths: boolean;
}

/** What a step writes. */
export function changesOf(
  step: Step,
  {seen, latest, knowsBirths}: Sight,
): Changes {
  const changes = new Map<number, BornRow | undefined>();
  if (step.kind === 'create') {
    changes.set(step.row.id, {...step.row, birth: step.row.value});
  }
  if (step.kind !== 'update' && step.kind !== 'destroy') return changes;
  for (const {id} of select(seen, step.where)) {
    const row = latest.get(id);
    if (row === undefined || !meets(row, step.where)) continue;
    if (knowsBirths && row.birth !== seen.get(id)!.birth) continue;
    const isUpdate = step.kind === 'update';
    changes.set(id, isUpdate ? {...row, ...step.change} : undefined);
  }
  return changes;
}

/** The rows after changes. */
export function withChanges(rows: Rows, changes: Changes): Rows {
  const after = new Map(rows);
  for (const [id, row] of changes) {
    if (row === undefined) after.delete(id);
    else after.set(id, row);
  }
  return after;
}

/** A code that several rows have, if there is one. */
export function repeatedCode(rows: Rows): number | undefined {
  const codes = new Set<number>();
  for (const {code} of rows.values()) {
    if (code === null) continue;
    if (codes.has(code)) return code;
    codes.add(code);
  }
  return undefined;
}

/** Whether two answers are equal. */
export function isSameAnswer(one: Answer, other: Answer): boolean {
  if (typeof one === 'number' || typeof other === 'number') {
    return one === other;
  }
  return (
    one.length === other.length &&
    one.every((row, i) => isSameRow(row, other[i]!))
  );
}

/** Whether two tables have equal rows. */
export function isSameRows(one: Rows, other: Rows): boolean {
  return isSameAnswer(select(one, {}), select(other, {}));
}

function isSameRow(one: Row, other: Row): boolean {
  return (
    one.id === other.id &&
    one.group === other.group &&
    one.code === other.code &&
    one.value === other.value
  );
}
