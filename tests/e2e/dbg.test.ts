import { hang, say, startScriptedModel, useTool, waitFor } from '@cc-executor/testkit';
import { it } from 'vitest';
import { execSync } from 'node:child_process';
import { startStackUnderTest } from './stack-under-test.ts';
it('x', async () => {
  const model = await startScriptedModel({ script: [{ marker: 'Work', turns: [useTool('Bash', { command: 'echo begun; echo x >> begun' }), hang(), say('All done.')] }] });
  const under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url, CC_EXECUTOR_CONCURRENCY: '1' });
  const id = await under.submit({ tasks: ['Work for long.'] });
  await waitFor(async () => (await under.eventsSoFar(id)).some(({ type, data }) => type === 'agent.tool_result' && !data['is_error']));
  process.kill(under.stack.pids()['worker'] ?? 0, 'SIGKILL');
  const end = await under.ended(id, 40).catch((e: Error) => e.message);
  console.log(end, JSON.stringify((await under.eventsSoFar(id)).map(({ at, type, task, attempt, data }) => [at, type, task, attempt, JSON.stringify(data).slice(0, 250)].join(' ')), null, 1));
  console.log(JSON.stringify(model.requests.map(({ body }) => [(body as {messages: unknown[]}).messages?.length, JSON.stringify(body).length, JSON.stringify((body as {messages: unknown[]}).messages).slice(-300)]), null, 1));
  console.log(execSync(`cat ${under.folder}/data/logs/worker.log; find ${under.folder}/data/launcher/shared/files | head -30; tail -n 5 ${under.folder}/data/launcher/shared/files/*/projects/*/*.jsonl | cut -c1-300`).toString().slice(-6000));
  await under.stop();
  await model.close();
}, 100000);
