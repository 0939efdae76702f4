import { CcExecutor } from '@cc-executor/sdk';

// Four steps of one list: a tool finds facts, an agent builds on them, another model reviews what was built, and a fresh
// agent mends what the review found. The agents share a folder and nothing else: what one has to know of another is in
// its prompt, by reference.
const cc = new CcExecutor({
  url: process.env['CC_EXECUTOR_URL'] ?? 'http://127.0.0.1:8001',
  apiKey: process.env['CC_EXECUTOR_API_KEY'],
});

const REVIEW = {
  type: 'object',
  properties: {
    findings: {
      type: 'array',
      items: {
        type: 'object',
        properties: { file: { type: 'string' }, problem: { type: 'string' } },
        required: ['file', 'problem'],
        additionalProperties: false,
      },
    },
  },
  required: ['findings'],
  additionalProperties: false,
};

const execution = await cc.execute([
  // A tool is any program: its output is as it printed it, and no model has to be asked for it.
  { name: 'facts', command: 'node -p "JSON.stringify({ unix: 0, millennium: Date.UTC(2000, 0, 1) })"' },
  {
    name: 'build',
    prompt: 'Write dates.mjs, which exports these times as Dates: {{tasks.facts.result}}',
    template: true,
  },
  {
    name: 'review',
    prompt: 'Review dates.mjs. List every problem; change nothing.',
    model: 'opus',
    disallowed_tools: ['Edit', 'Write'],
    json_schema: REVIEW,
  },
  {
    name: 'improve',
    prompt: 'Mend dates.mjs. A reviewer has found: {{tasks.review.result}}',
    template: true,
    checks: ['node --check dates.mjs'],
  },
]);
const { status, results } = await execution.result();
const [, , review, improve] = results;
const { findings } = (review?.json ?? { findings: [] }) as { findings: { file: string; problem: string }[] };
for (const { file, problem } of findings) console.log(`found in ${file}: ${problem}`);
console.log(`${status}: ${improve?.result ?? improve?.message ?? 'no answer'}`);
process.exitCode = status === 'completed' ? 0 : 1;
