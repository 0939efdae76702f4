import { needs, waitFor } from '@cc-executor/testkit';
import { expect, it, type TestContext } from 'vitest';
import { ELSEWHERE, openPage } from './browser/open-page.ts';
import { startPageServer } from './browser/page-server.ts';
import type { Told } from './browser/settings.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const API_KEY = 'a-made-up-key';

/** A page of `host` with the client, before a whole stack that asks for a key. */
async function openClient(context: TestContext, host: string) {
  const chromium = needs(context, 'chromium', 'chromium-browser', 'google-chrome');
  const under = await startStackUnderTest({ CC_EXECUTOR_API_KEY: API_KEY });
  const { apiUrl, wsUrl } = under.stack;
  const told = new Map<string, unknown>();
  const server = await startPageServer({ apiUrl, wsUrl, apiKey: API_KEY }, (what, value) =>
    told.set(what, value),
  );
  const page = await openPage(chromium, `http://${host}:${String(server.port)}/`);
  return {
    under,
    told: async (what: string) =>
      await waitFor(
        () => {
          if (told.has('failed')) throw new Error(String(told.get('failed')));
          return told.has(what) ? { value: told.get(what) } : null;
        },
        { what: `the page to tell "${what}"` },
      ),
    last: () => Number(told.get('seen') ?? 0),
    port: server.port,
    close: async () => {
      await page.close();
      server.close();
      await under.stop();
    },
  };
}

function killApi(under: StackUnderTest): void {
  process.kill(under.stack.pids()['api'] ?? 0, 'SIGKILL');
}

it('the client works in a browser: calls, events through a restart, sockets, history and errors', async (context) => {
  const { under, told, last, port, close } = await openClient(context, '127.0.0.1');
  try {
    await told('seen');
    killApi(under);
    const before = last();
    await waitFor(() => last() > before + 20, { what: 'events after the restart' });
    await under.put('by-a-page', 'stop');
    const end = (await told('end')).value as Told;
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
    expect(end).toMatchObject({
      origin: `http://127.0.0.1:${String(port)}`,
      status: 'completed',
      seqs: upTo(end.seqs.length),
      socketSeqs: end.seqs,
      answer: 'from a page\n',
      rows: ['counts, "quoted" completed'],
      csv: expect.stringMatching(/^schema,execution_id,.*\r\n1,/),
      aborted: 'left',
      errors: [
        'CcServerError UNAUTHENTICATED',
        'CcServerError EXECUTION_NOT_FOUND',
        'CcLocalError UNREACHABLE',
      ],
    });
    const lines = end.output.trim().split('\n').map(Number);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines).toEqual(upTo(lines.length));
  } finally {
    await close();
  }
});

// Proves: no-foreign-page
it('a page from elsewhere is not answered, although it has the key', async (context) => {
  const { told, close } = await openClient(context, ELSEWHERE);
  try {
    expect((await told('end')).value).toBe('CcLocalError UNREACHABLE');
  } finally {
    await close();
  }
});
