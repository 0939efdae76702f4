import { CcExecutor, type Execution } from '@cc-executor/sdk';

// Several executions at once, one for each language, with their progress as it comes. How many of them run at a time
// is the server's setting CC_EXECUTOR_CONCURRENCY; the others wait in the queue.
const LANGUAGES = ['French', 'German', 'Spanish'];

const cc = new CcExecutor({
  url: process.env['CC_EXECUTOR_URL'] ?? 'http://127.0.0.1:8001',
  apiKey: process.env['CC_EXECUTOR_API_KEY'],
});

/** Submits one translation, and tells when each of its tasks has settled. */
async function translate(language: string): Promise<Execution> {
  const execution = await cc.execute([
    { command: 'echo "good morning" > text.txt' },
    {
      name: `into ${language}`,
      prompt: `Translate text.txt into ${language}; answer with the translation only.`,
    },
  ]);
  let settled = 0;
  for await (const event of execution) {
    if (event.type !== 'task.completed' && event.type !== 'task.failed') continue;
    settled += 1;
    console.log(`${language}: ${String(settled)}/2`);
  }
  return execution;
}

const executions = await Promise.all(LANGUAGES.map(translate));
for (const [index, execution] of executions.entries()) {
  const { results } = await execution.result();
  console.log(`${String(LANGUAGES[index])}: ${results[1]?.result ?? 'no answer'}`);
}
