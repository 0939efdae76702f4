import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import type { Check } from '../check.ts';

const TRUE = { tasks: [{ command: 'true' }] };
interface Problem {
  code: string;
  errors?: { path: string }[];
}

export const submissions: readonly Check[] = [
  {
    id: 'wait',
    title: '"Prefer: wait" returns the results in the same call',
    run: async (installation) => {
      const answer = await installation.call('POST', '/execute', TRUE, { prefer: 'wait=30' });
      assert.deepEqual([answer.status, (answer.json() as { status: string }).status], [200, 'completed']);
    },
  },
  {
    id: 'idempotency',
    title: 'The same key runs a list once, and refuses another list',
    run: async (installation) => {
      const headers = { 'idempotency-key': randomUUID() };
      const [first, second] = [
        await installation.submit(TRUE, headers),
        await installation.submit(TRUE, headers),
      ];
      assert.equal(first, second);
      const other = await installation.call('POST', '/execute', { tasks: [{ command: 'false' }] }, headers);
      assert.deepEqual([other.status, (other.json() as Problem).code], [409, 'IDEMPOTENCY_KEY_REUSED']);
    },
  },
  {
    id: 'own-id',
    title: 'An id of the caller is used once',
    run: async (installation) => {
      const body = { ...TRUE, execution_id: `own-${randomUUID()}` };
      assert.equal(await installation.submit(body), body.execution_id);
      assert.equal((await installation.call('POST', '/execute', body)).status, 409);
    },
  },
  {
    id: 'every-fault',
    title: 'Bad input is reported with every fault, and nothing is stored',
    run: async (installation) => {
      const execution_id = `bad-${randomUUID()}`;
      const body = {
        execution_id,
        tasks: [{ command: 'true', timeout: -1 }, {}, 'ok'],
        on_failure: 'maybe',
        x: 1,
      };
      const answer = await installation.call('POST', '/execute', body);
      const paths = ((answer.json() as Problem).errors ?? []).map(({ path }) => path).toSorted();
      assert.deepEqual([answer.status, paths], [400, ['on_failure', 'tasks[0].timeout', 'tasks[1]', 'x']]);
      assert.equal((await installation.call('GET', `/executions/${execution_id}`)).status, 404);
    },
  },
  {
    id: 'malformed',
    title: 'Input that is not JSON is reported as such',
    run: async (installation) => {
      const answer = await installation.call('POST', '/execute', '{"tasks": [');
      assert.deepEqual([answer.status, (answer.json() as Problem).code], [400, 'MALFORMED_JSON']);
    },
  },
  {
    id: 'outside',
    title: 'No workspace leads outside its folder',
    run: async (installation) => {
      for (const workspace of ['../outside', '/tmp', 'a/../../b']) {
        const { status } = await installation.call('POST', '/execute', { ...TRUE, workspace });
        assert.equal(status, 400, `${workspace} was answered with ${String(status)}`);
      }
    },
  },
  {
    id: 'unknown',
    title: 'An unknown execution is a 404, and an ended one cannot be cancelled',
    run: async (installation) => {
      assert.equal((await installation.call('GET', '/executions/nobody/status')).status, 404);
      const id = await installation.submit(TRUE);
      await installation.ended(id);
      assert.equal((await installation.call('DELETE', `/executions/${id}`)).status, 409);
    },
  },
  {
    id: 'list',
    title: 'Executions are listed, newest first, page by page',
    run: async (installation) => {
      const ids = [await installation.submit(TRUE), await installation.submit(TRUE)];
      interface Page {
        executions: { execution_id: string }[];
        next_cursor: string | null;
      }
      const first = (await installation.call('GET', '/executions?limit=1')).json() as Page;
      const cursor = encodeURIComponent(first.next_cursor ?? '');
      const second = (await installation.call('GET', `/executions?limit=1&cursor=${cursor}`)).json() as Page;
      const listed = [...first.executions, ...second.executions].map(({ execution_id }) => execution_id);
      assert.deepEqual(listed, ids.toReversed());
    },
  },
  {
    id: 'history',
    title: 'The history has a row for each attempt',
    run: async (installation) => {
      const id = await installation.submit({ tasks: [{ command: 'true' }, { command: 'false' }] });
      await installation.ended(id);
      const { rows } = (await installation.call('GET', `/history?execution_id=${id}`)).json() as {
        rows: { status: string }[];
      };
      assert.deepEqual(rows.map(({ status }) => status).toSorted(), ['completed', 'failed']);
    },
  },
];
