/**
 * Yields the results of `run` for each item, in the order of the items. At most `most` run at the same time, and no more are
 * held. Rejects with the first error in this order.
 */
export async function* fewAtATime<T, R>(
  items: readonly T[],
  most: number,
  run: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  for (let from = 0; from < items.length; from += most)
    yield* await Promise.all(items.slice(from, from + most).map(run));
}
