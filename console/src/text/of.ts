/** A count, already written out, with its noun. */
export const of = (count: string, noun: string) => `${count} ${noun}${count === '1' ? '' : 's'}`;
