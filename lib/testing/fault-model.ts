import {show} from '../base/errors';
import {nearest} from '../base/nearest';
import {warnOnce} from '../connector/warn';

/**
 * The model that a fault is meant for. LoopBack defines models when their repository is
 * first made, which may be after the fault; so a name that nobody knows yet is no
 * mistake. It is told of where statements run on a model whose name is near, and where
 * the fault ends and no such model has come.
 */
export class FaultModel {
  private readonly passed = new Set<string>();
  private isTold = false;

  /** `isDefined` tells whether the datasource has a model by now. */
  constructor(
    private readonly name: string,
    private readonly isDefined: (name: string) => boolean,
  ) {}

  /** Whether a statement on a model is meant. */
  isMeantBy(model: string): boolean {
    if (model === this.name) return true;
    if (!this.passed.has(model)) this.look(model);
    return false;
  }

  private look(model: string): void {
    this.passed.add(model);
    const isNear = nearest(this.name, [model]) !== undefined;
    if (isNear && !this.isDefined(this.name)) this.tell();
  }

  /** Notes that the fault has ended, and how often it was hit. */
  end(hits: number): void {
    if (hits === 0 && !this.isDefined(this.name)) this.tell();
  }

  private tell(): void {
    if (this.isTold) return;
    this.isTold = true;
    const near = nearest(this.name, this.passed);
    const hint = near === undefined ? '' : ` Did you mean ${show(near)}?`;
    warnOnce(
      `a fault is meant for the model ${show(this.name)}, which its datasource has ` +
        `not got, so no statement is one of its.${hint}`,
    );
  }
}
