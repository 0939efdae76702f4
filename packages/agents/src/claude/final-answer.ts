import type { PromptOptions, UuidProof } from '@cc-executor/contracts';
import type { AgentEnd } from '../agent.ts';
import { deniedText } from './denied-text.ts';
import type { StreamFacts } from './stream-facts.ts';
import type { JsonRequest } from './json/json-request.ts';
import type { Judgement } from './outcome.ts';
import type { UuidRequest } from './uuid-request.ts';

/** The required form of a task's answer. */
export interface AnswerForm {
  options: PromptOptions;
  /** null: any text is accepted. */
  json: JsonRequest | null;
  /** null: none is required; for JSON, the JSON request has it. */
  uuid: UuidRequest | null;
}

/** The result of an attempt after its answer was checked. */
export interface FinalAnswer extends Judgement, Pick<AgentEnd, 'result' | 'json' | 'uuid_proof'> {
  /** How the JSON had to be repaired; null: not at all. */
  mended: string | null;
}

/** An end without an answer. */
export function withoutAnswer(outcome: FinalAnswer['outcome'], message: string | null): FinalAnswer {
  return { outcome, message, result: null, json: null, uuid_proof: null, mended: null };
}

/** Returns the answer of an attempt. An answer that does not meet the requirements changes the outcome. */
export async function finalAnswer(
  { outcome, message }: Judgement,
  {
    result,
    lastText,
    structuredInput,
    denied,
  }: Pick<StreamFacts, 'result' | 'lastText' | 'structuredInput' | 'denied'>,
  { options, json, uuid }: AnswerForm,
): Promise<FinalAnswer> {
  const nothing = withoutAnswer(outcome, message);
  // Claude Code did not accept it, but it is the model's answer.
  if (outcome === 'invalid_output' && structuredInput !== undefined)
    return { ...nothing, result: JSON.stringify(structuredInput) };
  if (outcome !== 'completed' || result?.subtype !== 'success') return nothing;
  const text = result.text ?? lastText;
  if (denied.size > 0 && options.on_denied === 'fail') {
    const why = `${deniedText([...denied.values()])} Tools that are needed belong in allowed_tools.`;
    return { ...nothing, outcome: 'permission_denied', message: why, result: text };
  }
  const { require_uuid = false } = options;
  if (json === null) {
    const proven = uuid?.ofText(text) ?? { text, proof: null };
    return { ...nothing, result: proven.text, ...judgeProof(proven.proof, require_uuid) };
  }
  const answer = await json.read(text, result.structuredOutput);
  if ('fault' in answer)
    return { ...nothing, outcome: 'invalid_output', message: answer.fault, result: text };
  const { value, mended, proof, isWhole } = answer;
  const shown = mended === null && isWhole ? text : JSON.stringify(value);
  return { ...nothing, result: shown, json: value, mended, ...judgeProof(proof, require_uuid) };
}

/** Applies a UUID proof to the end of the attempt: without the right one it fails, if one was required. */
function judgeProof(
  uuid_proof: UuidProof | null,
  isRequired: boolean,
): Pick<FinalAnswer, 'uuid_proof'> & Partial<Judgement> {
  if (uuid_proof === null || uuid_proof.verdict === 'matched' || !isRequired) return { uuid_proof };
  const { expected, found } = uuid_proof;
  const what = found === null ? 'has no UUID' : `has the UUID ${found}`;
  const message = `The answer ${what} in its place; requested was ${expected}.`;
  return { uuid_proof, outcome: 'uuid_mismatch', message };
}
