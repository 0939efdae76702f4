import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breachesOf, randomList, type PlannedTask } from './graph-model.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

/** So many in a run; a longer one: CC_TEST_GRAPHS. */
const GRAPHS = Number(process.env['CC_TEST_GRAPHS'] ?? 24);
const FIRST = Number(process.env['CC_TEST_FIRST_GRAPH'] ?? 1);
const AT_ONCE = 6;

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => under.stop());

/** A command that says when nobody else may be in its folder and somebody is, leaves a file, and fails as planned. */
function commandOf(id: string, { failures }: PlannedTask, number: number): string {
  const tries = join(under.folder, id, `tries-${String(number)}`);
  return [
    `exec 9> .lock; flock -n 9 || echo overlap >> ${join(under.folder, id, 'overlaps')}`,
    `echo x >> ${tries}`,
    `echo ${String(number)} > file-${String(number)}`,
    'ls',
    `test $(wc -l < ${tries}) -gt ${String(failures)}`,
  ].join('\n');
}

async function play(seed: number): Promise<string[]> {
  const id = `graph-${String(seed)}`;
  const list = randomList(seed);
  await mkdir(join(under.folder, id));
  await under.submit({
    execution_id: id,
    on_failure: list.on_failure,
    max_parallel: list.max_parallel,
    tasks: list.tasks.map((task, index) => ({
      command: commandOf(id, task, index + 1),
      retries: task.retries,
      ...(task.needs && { needs: task.needs }),
      ...(task.when && { when: task.when }),
    })),
  });
  await under.ended(id, 240);
  const breaches = breachesOf(list, await under.events(id));
  if ((await readFile(join(under.folder, id, 'overlaps'), 'utf8').catch(() => '')) !== '')
    breaches.push('two agents were in one folder');
  const { body } = await under.call('GET', `/executions/${id}/verification`);
  // What did not succeed is not verified; nothing else may be said of it.
  const { reasons } = body as { reasons: string[] };
  breaches.push(...reasons.filter((reason) => !/^it is (?:failed|cancelled)$/.test(reason)));
  return breaches.map((breach) => `${id}: ${breach}`);
}

describe('random lists of tasks that need others', () => {
  // Proves: in-order, on-failure, parallel-in-copies
  it(
    'follow the rules: who starts when, who is skipped, and how all of it ends',
    { timeout: 3_600_000 },
    async () => {
      const seeds = Array.from({ length: GRAPHS }, (_, index) => FIRST + index);
      const breaches: string[] = [];
      const playing = Array.from({ length: AT_ONCE }, async () => {
        for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
          breaches.push(...(await play(seed)));
      });
      await Promise.all(playing);
      expect(breaches).toEqual([]);
    },
  );
});
