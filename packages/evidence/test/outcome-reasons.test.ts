import type { Receipt } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../src/index.ts';
import { outcomeReasons } from '../src/verify/outcome-reasons.ts';
import { SAMPLE_END as end, SAMPLE_RECEIPT as command } from './sample-receipt.ts';

const answer = sha256('Done.');
const prompt: Receipt = {
  ...command,
  kind: 'prompt',
  end: { ...end, exit_code: null },
  result_sha256: answer,
  files: [{ name: 'result', bytes: 5, sha256: answer }],
};
const check = (round: number, outcome: 'completed' | 'nonzero_exit', exit_code: number | null) => ({
  command: 'npm test',
  round,
  outcome,
  message: null,
  exit_code,
  signal: null,
  execution_time: 1,
  output_bytes: 0,
  output_tail: '',
  file: 'check-1.txt',
});
const proof = (verdict: 'matched' | 'mismatched' | 'absent') => ({ expected: 'a', found: null, verdict });
const judged = (is_valid: boolean | null) => {
  const spent = { cost_usd: null, usage: null, session_id: null };
  return { is_valid, reason: null, suggestions: [], outcome: 'completed' as const, ...spent };
};

describe('a receipt proves a success', () => {
  it.each([
    ['of a command with exit code 0', command],
    ['of a prompt with an answer', prompt],
    [
      'with checks that passed in the end',
      { ...prompt, end: { ...prompt.end, checks: [check(0, 'nonzero_exit', 1), check(1, 'completed', 0)] } },
    ],
    ['with the UUID that was asked for', { ...prompt, end: { ...prompt.end, uuid_proof: proof('matched') } }],
    ['with an answer that was judged valid', { ...prompt, end: { ...prompt.end, validation: judged(true) } }],
  ] satisfies [string, Receipt][])('%s', (_, receipt) => {
    expect(outcomeReasons(receipt)).toEqual([]);
  });
});

describe('a receipt proves nothing', () => {
  it.each([
    ['of a command without an exit code', { ...command, end: { ...end, exit_code: null } }, 'no exit code'],
    ['of a command with another exit code', { ...command, end: { ...end, exit_code: 1 } }, 'exit code is 1'],
    ['of what a signal ended', { ...command, end: { ...end, signal: 'SIGKILL' } }, 'SIGKILL'],
    ['of another outcome', { ...prompt, end: { ...prompt.end, outcome: 'no_result' } }, 'no_result'],
    ['of a prompt without an answer', { ...prompt, result_sha256: null }, 'no answer'],
    [
      'of a prompt whose answer is another',
      { ...prompt, files: [{ name: 'result', bytes: 1, sha256: sha256('') }] },
      'no answer',
    ],
    ['of what nobody knows the text of', { ...prompt, sent: null }, 'not known what was sent'],
    [
      'with a wrong UUID',
      { ...prompt, end: { ...prompt.end, uuid_proof: proof('mismatched') } },
      'wrong UUID',
    ],
    [
      'without the UUID',
      { ...prompt, end: { ...prompt.end, uuid_proof: proof('absent') } },
      'lacks the requested UUID',
    ],
    [
      'with an answer that was judged invalid',
      { ...prompt, end: { ...prompt.end, validation: judged(false) } },
      'not judged valid',
    ],
    [
      'with an answer that could not be judged',
      { ...prompt, end: { ...prompt.end, validation: judged(null) } },
      'not judged valid',
    ],
    [
      'with a check that failed',
      { ...prompt, end: { ...prompt.end, checks: [check(0, 'nonzero_exit', 1)] } },
      'npm test',
    ],
    [
      'with a check without an exit code',
      { ...prompt, end: { ...prompt.end, checks: [check(0, 'completed', null)] } },
      'npm test',
    ],
  ] satisfies [string, Receipt, string][])('%s', (_, receipt, why) => {
    expect(outcomeReasons(receipt).join()).toContain(why);
  });
});
