import {show} from '../base/errors';
import type {Condition, ElementsTest, Leaf} from './condition';

/** A condition as text for people, for `explain`. */
export function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'always':
    case 'never':
      return condition.kind;
    case 'and':
    case 'or':
      return condition.conditions
        .map(part => `(${describeCondition(part)})`)
        .join(` ${condition.kind} `);
    case 'not':
      return `not (${describeCondition(condition.condition)})`;
    case 'differs':
      return `some not (${describeLeaf(condition.leaf)})`;
    case 'exists':
      return `${condition.path.join('.')} exists`;
    case 'passes':
      return `${condition.path.join('.')} ${condition.test.text}`;
    case 'near':
      return `${condition.path.join('.')} near ${show(condition.center)}`;
    default:
      return describeAtPath(condition);
  }
}

function describeAtPath(
  condition: Leaf | ElementsTest | Extract<Condition, {kind: 'differsFromAll'}>,
): string {
  switch (condition.kind) {
    case 'differsFromAll': {
      const values = list(condition.values.map(show));
      return `${condition.path.join('.')} differs from each of (${values})`;
    }
    case 'contains':
    case 'containedBy':
    case 'containsAny': {
      const values = list(condition.values.map(show));
      return `${condition.path.join('.')} ${condition.kind} (${values})`;
    }
    default:
      return describeLeaf(condition);
  }
}

const symbols = {eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<='} as const;

function describeLeaf(leaf: Leaf): string {
  const path = leaf.path.join('.');
  switch (leaf.kind) {
    case 'between':
      return `${path} between ${show(leaf.low)} and ${show(leaf.high)}`;
    case 'in':
      return `${path} in (${list(leaf.values.map(show))})`;
    case 'sameText': {
      const {order, texts} = leaf.texts;
      return `${path} in (${list(texts.map(show))}) by ${order.name}`;
    }
    case 'like':
    case 'regexp':
      return `${path} ${leaf.kind} ${show(leaf.pattern.source)}`;
    default:
      return `${path} ${symbols[leaf.kind]} ${show(leaf.value)}`;
  }
}

const maxListed = 5;

/** The first few texts of a list, and how many more there are. */
export function list(texts: readonly string[]): string {
  const more = texts.length - maxListed;
  const shown = texts.slice(0, maxListed).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
