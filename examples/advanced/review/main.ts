import { CcExecutor } from '@cc-executor/sdk';
import { startFactsServer } from './facts-server.ts';

// Research, build, review, improve: a tool of an MCP server finds facts, an agent builds on them, another model reviews what
// was built, and a fresh agent mends what the review found. They share a folder and nothing else: what one has to know of
// another is in its prompt, by reference.
const facts = await startFactsServer();
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

const execution = await cc.execute(
  [
    // One call of one tool: no agent and no model is asked for it.
    {
      name: 'research',
      tool: { server: 'facts', name: 'times', arguments: { names: ['unix', 'millennium'] } },
      mcp_servers: { facts: { type: 'http', url: facts.url } },
    },
    {
      name: 'build',
      prompt: 'Write dates.mjs, which exports these times as Dates: {{tasks.research.result}}',
    },
    { name: 'built', command: 'cat dates.mjs' },
    {
      name: 'review',
      prompt: 'Review dates.mjs. List every problem.\n\n{{tasks.built.result}}',
      // A model without tools, by any API that speaks Chat Completions: LiteLLM, Ollama, vLLM, a vendor's.
      agent: 'model',
      model: process.env['REVIEW_MODEL'] ?? 'gpt-5.2',
      ...(process.env['REVIEW_MODEL_URL'] && { model_url: process.env['REVIEW_MODEL_URL'] }),
      ...(process.env['REVIEW_KEY_NAME'] && { pass_env: [process.env['REVIEW_KEY_NAME']] }),
      json_schema: REVIEW,
    },
    {
      name: 'improve',
      prompt: 'Mend dates.mjs. A reviewer has found: {{tasks.review.result}}',
      checks: ['node --check dates.mjs'],
    },
  ],
  { template: true },
);
const { status, results } = await execution.result();
const [, , , review, improve] = results;
facts.close();
const { findings } = (review?.json ?? { findings: [] }) as { findings: { file: string; problem: string }[] };
for (const { file, problem } of findings) console.log(`found in ${file}: ${problem}`);
console.log(`${status}: ${improve?.result ?? improve?.message ?? 'no answer'}`);
process.exitCode = status === 'completed' ? 0 : 1;
