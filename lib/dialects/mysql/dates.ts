import {mysqlError, shownText} from './errors';
import type {Place} from './flavour';

/*
 * Dates and times, which the driver sends and reads as texts of UTC, for the
 * connector sets its time zone so (`legacyUtcDateProcessing`).
 */

/** How values of a type of date are written, read, and shown in messages. */
export interface DateRange {
  write(sent: unknown, place: Place): unknown;
  readonly read?: (stored: unknown) => unknown;
  text(stored: unknown): string;
}

/**
 * The date whose parts are all zero: the least of all, with which a text that is
 * none is compared. The driver reads it as a date that is invalid.
 */
export const zeroDate = new Date(-8.64e15);

function isZero(date: Date): boolean {
  return date.getTime() === zeroDate.getTime();
}

/** Seconds from 1970 to 2038 are all that a timestamp has. */
const maxTimestampMs = 0x7fff_ffff * 1000;

/** `datetime` and `timestamp`, with so many digits of a second. */
export function dateTime(
  digits: number,
  name: 'datetime' | 'timestamp',
): DateRange {
  const unitMs = 10 ** Math.max(0, 3 - digits);
  return {
    write(sent, place) {
      const moment = momentOf(sent, place);
      const ms = moment.getTime() / unitMs;
      const {roundsFractions} = place.server.flavour;
      const kept = (roundsFractions ? Math.round(ms) : Math.floor(ms)) * unitMs;
      const isTooFar =
        name === 'timestamp' && (kept <= 0 || kept > maxTimestampMs);
      if (isTooFar) {
        throw incorrect(
          sent instanceof Date ? sentDate(moment) : String(sent),
          place,
        );
      }
      return new Date(kept);
    },
    read: asRead,
    text: stored => dateText(stored as Date, digits),
  };
}

/** `date` */
export const day: DateRange = {
  write(sent, place) {
    const ms = momentOf(sent, place, 'date').getTime();
    const dayMs = 86_400_000;
    return new Date(Math.floor(ms / dayMs) * dayMs);
  },
  // The driver makes it of its parts, and JavaScript takes 1 for 1901.
  read(stored) {
    const date = stored as Date;
    // So that the parts of a date that is zero are a day of 1899.
    if (isZero(date)) return new Date(Date.UTC(0, -1, 0));
    const year = date.getUTCFullYear();
    return new Date(Date.UTC(year, date.getUTCMonth(), date.getUTCDate()));
  },
  text: stored => dateText(stored as Date, 0).slice(0, 10),
};

/** `time`, which is read as a text. */
export function time(sent: unknown, place: Place): unknown {
  const text = sent instanceof Date ? sentDate(sent).slice(11) : String(sent);
  const match = /^(-?\d{1,3}:[0-5]\d(?::[0-5]\d)?)(?:\.\d*)?$/.exec(
    /^-?\d{1,7}$/.test(text) ? clockOf(text) : text,
  );
  if (match === null) throw incorrect(text, place, 'time');
  const clock = match[1]!;
  return clock.split(':').length === 2 ? `${clock}:00` : clock;
}

/** Digits as a time of day: those on the right are seconds. */
export function clockOf(text: string): string {
  const [, sign = '', digits = ''] = /^(-?)(\d+)$/.exec(text) ?? [];
  return sign + digits.padStart(6, '0').replace(/(\d\d)(\d\d)$/, ':$1:$2');
}

/** A date in a text that the server takes for one. */
const written =
  /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,6}))?)?)?Z?\s*$/;

function momentOf(sent: unknown, place: Place, kind = 'datetime'): Date {
  if (!(sent instanceof Date)) {
    const text = String(sent);
    const moment = dateIn(text);
    if (moment === undefined) throw incorrect(text, place, kind);
    return moment;
  }
  const year = sent.getUTCFullYear();
  if (year < 0 || year > 9999) throw incorrect(sentDate(sent), place, kind);
  return sent;
}

/** The moment that a text means; undefined where it is none. */
export function dateIn(text: string): Date | undefined {
  const parts = written.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] =
    parts.slice(1, 7).map(part => Number(part ?? 0));
  const ms = Math.floor(Number(`0.${parts[7] ?? ''}`) * 1000);
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, date);
  moment.setUTCHours(hour, minute, second, ms);
  const isReal = moment.getUTCMonth() === month - 1 && hour < 24 && minute < 60;
  return isReal ? moment : undefined;
}

/** 1292, of a text, or of another value in the form of one. */
export function incorrect(
  text: string,
  {column, server, table}: Place,
  kind = 'datetime',
): Error {
  return mysqlError(
    'ER_TRUNCATED_WRONG_VALUE',
    `Incorrect ${kind} value: '${shownText(text)}' for column ` +
      `\`${server.schema}\`.\`${table}\`.\`${column}\` at row 1`,
  );
}

/** A date as the driver sends it: `2020-01-31 10:20:30.123`. */
export function sentDate(date: Date): string {
  const year = date.getUTCFullYear();
  // Without the sign, of which there is none in a year that is stored.
  const {length} = String(Math.abs(year));
  return `${'0'.repeat(Math.max(0, 4 - length))}${year}-${restOfDate(date)}`;
}

function restOfDate(date: Date): string {
  const [, rest = ''] = /^[+-]?\d+-(.*)Z$/.exec(date.toISOString()) ?? [];
  return rest.replace('T', ' ');
}

const zeroText = '0000-00-00 00:00:00.000';

function dateText(date: Date, digits: number): string {
  const text = isZero(date) ? zeroText : sentDate(date);
  return digits === 0 ? text.slice(0, 19) : text.slice(0, 20 + digits);
}

/** The driver has JavaScript read the text, to which years below 100 are others. */
function asRead(stored: unknown): unknown {
  const date = stored as Date;
  if (isZero(date)) return new Date(Number.NaN);
  return date.getUTCFullYear() < 1000
    ? new Date(`${dateText(date, 0)}Z`)
    : date;
}
