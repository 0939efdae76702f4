import { NOBODY, runAsUser } from '@cc-executor/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

const canBeOthers = process.platform === 'linux' && process.getuid?.() === 0;

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => {
  await under.stop();
});

const asNobody = (program: string) => runAsUser(NOBODY, program);

const SUBMIT = (url: string, headers: Record<string, string> = {}) => `
  const answer = await fetch('${url}/execute', {
    method: 'POST',
    headers: ${JSON.stringify({ 'content-type': 'application/json', ...headers })},
    body: JSON.stringify({ tasks: [{ command: 'id -u' }] }),
  });
  console.log(JSON.stringify({ ...(await answer.json()), status: answer.status }));`;

const SOCKET = (url: string, first: unknown) => `
  const socket = new WebSocket('${url}/ws/mcp');
  const messages = [];
  socket.onopen = () => socket.send(${JSON.stringify(JSON.stringify(first))});
  socket.onmessage = ({ data }) => {
    messages.push(JSON.parse(data));
    if (messages.at(-1).method === 'connected') socket.close(1000);
  };
  socket.onclose = ({ code }) => console.log(JSON.stringify({ code, messages }));`;

describe.runIf(canBeOthers)('another user of the machine', () => {
  // Proves: own-user-or-a-key
  it('starts nothing: the API and the gateway ask for a key, which only the own user can read', async () => {
    expect(await asNobody(SUBMIT(under.stack.apiUrl))).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
    });
    const execute = { jsonrpc: '2.0', id: 1, method: 'execute', params: { command: 'id -u' } };
    expect(await asNobody(SOCKET(under.stack.wsUrl, execute))).toMatchObject({
      code: 1008,
      messages: [{ error: { data: { code: 'UNAUTHENTICATED' } } }],
    });
    const file = JSON.stringify(join(under.folder, 'data/access-key'));
    const read = `
      const { readFile } = await import('node:fs/promises');
      console.log(JSON.stringify(await readFile(${file}, 'utf8').catch(({ code }) => code)));`;
    expect(await asNobody(read)).toBe('EACCES');
    expect((await under.call('GET', '/executions')).body).toMatchObject({ executions: [] });
  });

  it('is answered with the key of the installation', async () => {
    const key = (await readFile(join(under.folder, 'data/access-key'), 'utf8')).trim();
    const headers = { authorization: `Bearer ${key}` };
    expect(await asNobody(SUBMIT(under.stack.apiUrl, headers))).toMatchObject({ status: 202 });
    expect(await asNobody(SOCKET(under.stack.wsUrl, { key }))).toMatchObject({
      code: 1000,
      messages: [{ method: 'connected' }],
    });
  });
});

describe.runIf(process.platform === 'linux')('the own user', () => {
  it('needs no key, neither for calls nor for sockets', async () => {
    const id = await under.submit({ tasks: [{ command: 'echo mine' }] });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect((await under.eventsSoFar(id)).at(-1)).toMatchObject({ type: 'execution.completed' });
  });
});
