/** The orders of changed files. */
export const ORDERS = ['path', 'lines', 'unseen'] as const;
export type Order = (typeof ORDERS)[number];

interface Sized {
  lines_added: number | null;
  lines_removed: number | null;
}

/** Returns the order of this name; by path where there is none. */
export function orderOf(name: string): Order {
  return ORDERS.find((own) => own === name) ?? 'path';
}

/** Returns files, which are by path, in an order; those that are equal in it stay by path. */
export function inOrder<T extends Sized>(
  files: readonly T[],
  order: Order,
  isSeen: (file: T) => boolean,
): T[] {
  const rank = (file: T) => {
    if (order === 'lines') return -((file.lines_added ?? 0) + (file.lines_removed ?? 0));
    return order === 'unseen' ? Number(isSeen(file)) : 0;
  };
  return files.toSorted((a, b) => rank(a) - rank(b));
}
