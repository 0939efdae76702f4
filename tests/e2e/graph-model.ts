/** A task of a random list, and how it will end. */
export interface PlannedTask {
  needs: number[] | null;
  when: 'success' | 'always' | 'failure' | null;
  /** How many of its attempts fail; more than it has retries: it fails. */
  failures: number;
  retries: number;
}

export interface PlannedList {
  tasks: PlannedTask[];
  on_failure: 'stop' | 'continue' | 'skip_dependents';
  max_parallel: number;
}

/** A small generator of numbers that a seed makes again: mulberry32. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export function randomList(seed: number): PlannedList {
  const random = randomFrom(seed);
  const oneOf = <T>(...values: T[]): T => values[random(values.length)] as T;
  const tasks = Array.from({ length: 4 + random(6) }, (_, index): PlannedTask => {
    const earlier = Array.from({ length: index }, (__, other) => other + 1);
    const needs = random(4) === 0 ? null : earlier.filter(() => random(3) === 0);
    const hasNeeds = needs === null ? index > 0 : needs.length > 0;
    const when = random(3) > 0 ? null : oneOf('success', 'always', hasNeeds ? 'failure' : 'always');
    const retries = random(6) === 0 ? 1 : 0;
    return { needs, when, retries, failures: random(4) === 0 ? 1 + random(2) : 0 };
  });
  return { tasks, on_failure: oneOf('stop', 'continue', 'skip_dependents'), max_parallel: 1 + random(4) };
}

/** Returns what a log breaks of the rules of its list; nothing: it follows them all. */
export function breachesOf(
  list: PlannedList,
  events: readonly { type: string; task?: number; data: unknown }[],
): string[] {
  const breaches: string[] = [];
  const status = list.tasks.map(() => 'pending');
  const needsOf = (index: number) =>
    list.tasks[index]?.needs?.map((one) => one - 1) ?? (index > 0 ? [index - 1] : []);
  const hasFailed = (index: number) => ['failed', 'timed_out', 'skipped'].includes(status[index] ?? '');
  const isSettled = (index: number) => !['pending', 'running'].includes(status[index] ?? '');
  for (const { type, task = 0, data } of events) {
    const index = task - 1;
    const of = list.tasks[index];
    const tell = (what: string) => breaches.push(`task ${String(task)} ${what}`);
    if (of === undefined || !type.startsWith('task.')) continue;
    const when = of.when ?? (list.on_failure === 'continue' ? 'always' : 'success');
    const needs = needsOf(index);
    const stops =
      list.on_failure === 'stop' && when === 'success' && status.some((_, other) => hasFailed(other));
    if (type === 'task.started') {
      if (status[index] !== 'pending') tell(`starts although it is ${status[index] ?? ''}`);
      if (!needs.every(isSettled)) tell('starts before what it needs has settled');
      if (stops) tell('starts after a failure');
      if (when === 'success' && needs.some(hasFailed)) tell('starts although what it needs has failed');
      if (when === 'failure' && !needs.some(hasFailed)) tell('starts although nothing has failed');
      status[index] = 'running';
      if (status.filter((one) => one === 'running').length > list.max_parallel) tell('is one too many');
    } else if (type === 'task.skipped') {
      const { reason } = data as { reason: string };
      if (isSettled(index)) tell('is skipped although it has settled');
      const isJust =
        reason === 'not_needed'
          ? when === 'failure' && needs.every(isSettled) && !needs.some(hasFailed)
          : stops || (when === 'success' && needs.every(isSettled) && needs.some(hasFailed));
      if (!isJust) tell(`is skipped as ${reason}`);
      status[index] = reason === 'not_needed' ? 'not_needed' : 'skipped';
    } else if (['task.retrying', 'task.interrupted'].includes(type)) status[index] = 'pending';
    else if (['task.completed', 'task.failed'].includes(type)) {
      if (status[index] !== 'running') tell(`ends although it is ${status[index] ?? ''}`);
      status[index] = type.slice('task.'.length);
      const isDone = of.failures <= of.retries;
      if (isDone !== (status[index] === 'completed')) tell(`is ${status[index] ?? ''}`);
    }
  }
  status.forEach((one, index) => {
    if (!isSettled(index)) breaches.push(`task ${String(index + 1)} is left ${one}`);
  });
  const isDone = status.every((one) => one === 'completed' || one === 'not_needed');
  const end = events.at(-1)?.type;
  if (end !== (isDone ? 'execution.completed' : 'execution.failed')) breaches.push(`it ends as ${end ?? ''}`);
  return breaches;
}
