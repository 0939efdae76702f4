import { ccExecute, CcExecutor } from '@cc-executor/sdk';
import { z } from 'zod';

// Answers that programs go on with: JSON by a schema, a second opinion on it, and results handed from task to task.
const client = new CcExecutor({
  url: process.env['CC_EXECUTOR_URL'] ?? 'http://127.0.0.1:8001',
  apiKey: process.env['CC_EXECUTOR_API_KEY'],
});

// The answer has the type of the schema.
const Change = z.object({ kind: z.enum(['added', 'fixed']), what: z.string() });
const change = await ccExecute('Sort this commit: "Mend the leap years"', { client, jsonSchema: Change });
console.log(`${change.kind}: ${change.what}`);

const Changes = z.array(Change);
const execution = await client.execute([
  { name: 'log', command: 'printf "Mend the leap years\\nTell the moon phase\\n"' },
  {
    name: 'changes',
    // Of a command its stdout, of a prompt its answer; only where the prompt says that it is a template.
    prompt: 'Sort these commits:\n{{tasks.log.result}}',
    template: true,
    json_schema: z.toJSONSchema(Changes),
    // A fresh agent, which has seen nothing of the work, looks at the answer.
    validation_prompt: 'Is each of the two commits in this list, and of the right kind?\n{response}',
    on_invalid: 'retry',
  },
  // A command gets no text put into it: the answers before it are files.
  { name: 'count', command: 'grep -c fixed "$CC_EXECUTOR_RESULT_2"' },
]);
const { results, cost_usd } = await execution.result();
const [, changes, count] = results;
for (const { kind, what } of Changes.parse(changes?.json)) console.log(`${kind}: ${what}`);
console.log(`judged: ${changes?.validation?.reason ?? 'not at all'}`);
console.log(`lines with a fix: ${count?.stdout.trim() ?? 'none'}`);
console.log(`known to have cost something: ${String((cost_usd ?? 0) > 0)}`);
