/** Reads a page's state from its address: what is not a sensible value is left out, so that any link opens. */
export const word = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined);

export const flag = (value: unknown): true | undefined => (value === true || value === 'true' || value === 1 ? true : undefined);

export function oneOf<T extends string>(value: unknown, among: readonly T[]): T | undefined {
  return among.find((choice) => choice === value);
}

/** Without the entries that are undefined. */
export function given<T extends object>(search: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as never;
}
