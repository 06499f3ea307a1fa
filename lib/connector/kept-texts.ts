import {isObject, isPlainObject} from '../base/objects';
import {patternOperators} from '../value/operators';

type Properties = Record<string, unknown>;

/** The keys whose texts the juggler takes for regular expressions. */
export const patterns: ReadonlySet<string> = new Set(patternOperators);

/** Without one of these a text is a regular expression, whatever it is. */
const special = /[\\[\](){}*+?]/;

/**
 * Texts that the juggler is not to see: it escapes what stands under the name of
 * an operator for patterns and is no regular expression, in filters and in the data
 * of rows, at any depth.
 */
export class KeptTexts {
  private readonly kept: {
    readonly holder: Properties;
    readonly key: string;
    readonly text: string;
  }[] = [];

  /** Keeps the text at one place. */
  keep(holder: Properties, key: string, text: string): void {
    if (!special.test(text)) return;
    this.kept.push({holder, key, text});
    // Of an object of a class the juggler makes nothing.
    holder[key] = Object(text);
  }

  /** Keeps all texts inside a value. */
  keepAll(value: unknown, visited = new Set<object>()): void {
    if (!isObject(value) || visited.has(value)) return;
    if (!isPlainObject(value) && !Array.isArray(value)) return;
    visited.add(value);
    const holder = value as Properties;
    for (const key in holder) {
      const part = holder[key];
      if (typeof part === 'object') this.keepAll(part, visited);
      else if (typeof part === 'string' && patterns.has(key)) {
        this.keep(holder, key, part);
      }
    }
  }

  /** Puts them back. */
  giveBack(): void {
    for (const {holder, key, text} of this.kept.splice(0)) holder[key] = text;
  }
}
