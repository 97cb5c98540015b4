import { text } from '~/text/en';

const locale = typeof navigator === 'undefined' ? 'en' : navigator.language;
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const signed = new Intl.NumberFormat(locale, { maximumFractionDigits: 3, signDisplay: 'exceptZero' });
const ratio = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const minute = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const dateAndTime = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const fullTime = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' });
const dayOfYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' });
const dayOnly = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const moneys = new Map<string, Intl.NumberFormat>();

export const none = '–';

type Time = string | number | Date;

/** Numbers, amounts and times in the reader's own locale; every screen uses these and no others. */
export const show = {
  count: (value: number) => whole.format(value),
  quantity: (value: number, unit?: string) => (unit ? `${fine.format(value)} ${unit}` : fine.format(value)),
  short: (value: number) => (Math.abs(value) < 10_000 ? fine.format(value) : short.format(value)),
  change: (value: number) => signed.format(value),
  percent: (value: number) => ratio.format(value),
  money(price: { amount: number; currency: string } | null | undefined) {
    if (!price) return none;
    let format = moneys.get(price.currency);
    if (!format) moneys.set(price.currency, (format = new Intl.NumberFormat(locale, { style: 'currency', currency: price.currency })));
    return format.format(price.amount);
  },
  time: (value: Time) => clock.format(new Date(value)),
  minute: (value: Time) => minute.format(new Date(value)),
  /** The time today, the day and time on any other day. */
  moment(value: Time, now = new Date()) {
    const date = new Date(value);
    return date.toDateString() === now.toDateString() ? clock.format(date) : dateAndTime.format(date);
  },
  dateTime: (value: Time) => dateAndTime.format(new Date(value)),
  full: (value: Time) => fullTime.format(new Date(value)),
  date: (value: Time) => dayOfYear.format(new Date(value)),
  /** A calendar day as the API writes it, `2026-11-22`. */
  day: (value: string) => dayOnly.format(new Date(`${value.slice(0, 10)}T00:00:00Z`)),
  /** How long ago, or how long it took: the two largest numbers a person needs are one. */
  age(milliseconds: number) {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    if (seconds < 60) return text.age.s(seconds);
    if (seconds < 3_600) return text.age.min(Math.floor(seconds / 60));
    if (seconds < 172_800) return text.age.h(Math.floor(seconds / 3_600));
    return text.age.d(Math.floor(seconds / 86_400));
  },
};

/** `inventory.stock-received.v1` said as a person says it: stock received. */
export function eventWords(type: string): string {
  const words = type.replace(/^[^.]*\./, '').replace(/\.v\d+$/, '').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
