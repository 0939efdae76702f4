/** Returns all tasks that must be settled before the one at `index`, directly or by what they need; by index from 0. */
export function allNeeded(needs: readonly (readonly number[])[], index: number): Set<number> {
  const found = new Set<number>();
  const open = [...(needs[index] ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const before of needs[next] ?? []) if (!found.has(before)) open.push(before);
  }
  return found;
}
