import {type DataSalvage, type Member, shown} from './data-salvage';

/** Rows behind damage, which may have taken the line that begins their model. */
interface Group {
  /** The last model that has begun before them. */
  readonly after: string | undefined;
  /** Whether none has, or that one has also ended before them. */
  readonly isAfterEnd: boolean;
  readonly rows: Member[];
}

/**
 * Rows of which it is not yet known to which model they belong.
 *
 * Where whole lines may be gone (blocks that were lost), the line that begins
 * the next model may be among them. Rows after that are of the model before it
 * only if all models that "ids" names have begun; else they are not saved, for
 * nothing tells whose they are.
 */
export class UncertainRows {
  private current: Group | undefined;
  private readonly groups: Group[] = [];

  /** Whether it is uncertain whose the next row is. */
  get isUncertain(): boolean {
    return this.current !== undefined;
  }

  /** From here on it is, and stays so, whichever damage follows. */
  begin(after: string | undefined, isAfterEnd: boolean): void {
    if (this.current !== undefined) return;
    this.current = {after, isAfterEnd, rows: []};
    this.groups.push(this.current);
  }

  /** Something has begun: from here on it is certain. */
  end(): void {
    this.current = undefined;
  }

  /** Adds a row; only while it is uncertain whose it is. */
  add(row: Member): void {
    this.current!.rows.push(row);
  }

  /** Saves the rows of which it is clear now whose they are; loses the others. */
  settle(salvage: DataSalvage, areIdsWhole: boolean): void {
    const missing = areIdsWhole ? salvage.saved.missingModels() : undefined;
    const groups = this.groups.filter(({rows}) => rows.length > 0);
    for (const {after, isAfterEnd, rows} of groups) {
      let model: string | undefined;
      if (missing?.length === 0 && !isAfterEnd) model = after;
      if (missing?.length === 1 && isAfterEnd && groups.length === 1) {
        [model] = missing;
      }
      for (const row of rows) {
        if (model !== undefined) salvage.addRow(model, row);
        else {
          const problem = `row ${shown(row.key)} cannot be told to be of a model`;
          salvage.lose(row.start, problem);
        }
      }
    }
  }
}
