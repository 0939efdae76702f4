/**
 * Resolves as `promise` does, or with `late` if that takes longer than `ms` milliseconds. Rejects as `promise` does. The timer is
 * removed in any case.
 */
export async function within<T, L>(promise: Promise<T>, ms: number, late: L): Promise<T | L> {
  const limit = Promise.withResolvers<L>();
  const timer = setTimeout(() => limit.resolve(late), ms);
  try {
    return await Promise.race([promise, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}
