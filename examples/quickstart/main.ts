import { ccExecute, CcExecutor } from '@cc-executor/sdk';

const client = new CcExecutor({
  url: process.env['CC_EXECUTOR_URL'] ?? 'http://127.0.0.1:8001',
  apiKey: process.env['CC_EXECUTOR_API_KEY'],
});
const answer = await ccExecute('Write a haiku about queues into haiku.txt, and say it.', { client });
console.log(answer);
