import { waitFor } from '@cc-executor/testkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest({ CC_EXECUTOR_ARCHIVE_AFTER: '0.001' });
});
afterAll(async () => under.stop());

// Proves: archive-reads-the-same
it('an execution is the same for its readers when it has been archived', async () => {
  const id = await under.submit({ tasks: [{ command: 'seq 1 500' }, { command: 'exit 3' }] });
  await under.ended(id);
  const read = async () => ({
    whole: (await under.call('GET', `/executions/${id}`)).body,
    results: await under.results(id),
    events: await under.events(id),
    live: await under.eventsSoFar(id),
    list: (await under.call('GET', '/executions?status=failed')).body,
  });
  const before = await read();
  await waitFor(() => existsSync(join(under.folder, 'data/executions', id, 'archive.gz')), {
    what: 'the execution to be archived',
  });
  expect(await read()).toEqual(before);
  expect(before.events.length).toBeGreaterThan(6);
  expect(await under.call('DELETE', `/executions/${id}`)).toMatchObject({ status: 409 });
});
