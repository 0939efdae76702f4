import type { Receipt } from '@cc-executor/contracts';
import { sha256 } from '../src/index.ts';

/** The end of a command that succeeded. */
export const SAMPLE_END: Receipt['end'] = {
  outcome: 'completed',
  message: null,
  exit_code: 0,
  signal: null,
  execution_time: 1,
  stdout_bytes: 0,
  stderr_bytes: 0,
  resets_at: null,
  session_id: null,
  model: null,
  agent_version: null,
  turns: null,
  cost_usd: null,
  usage: null,
  validation: null,
  uuid_proof: null,
  checks: [],
  fixes: [],
  findings: [],
};

/** The receipt of that command. */
export const SAMPLE_RECEIPT: Receipt = {
  schema: 1,
  execution_id: 'e',
  execution_uuid: '7d9f3f0e-6d2f-4a3c-9a55-0d6b7a0c1e11',
  number: 1,
  task: 1,
  attempt: 1,
  kind: 'command',
  name: null,
  sent: { text: 'true', sha256: sha256('true'), system_prompt: null },
  asked: null,
  agent: 'command',
  session: null,
  started_at: '2026-11-01T00:00:00.000Z',
  ended_at: '2026-11-01T00:00:01.000Z',
  end: SAMPLE_END,
  result_sha256: null,
  tool_calls: [],
  tool_calls_beyond: 0,
  files: [],
  workspace: null,
  git: null,
  previous: null,
};
