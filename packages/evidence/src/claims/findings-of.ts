import type { AttemptFinding, UuidProof } from '@cc-executor/contracts';
import { commandFindings } from './command-findings.ts';
import type { Facts } from './facts.ts';
import { fileFindings } from './file-findings.ts';
import type { Claims } from './read-claims.ts';

/** The number of findings that are listed for one attempt. */
const MAX_FINDINGS = 50;

/** Returns the contradictions between an answer and the facts. `claims`: null if it makes none. */
export function findingsOf(proof: UuidProof | null, claims: Claims | null, facts: Facts): AttemptFinding[] {
  const findings = [
    ...uuidFindings(proof),
    ...(claims === null ? [] : [...fileFindings(claims, facts), ...commandFindings(claims, facts)]),
  ];
  if (findings.length <= MAX_FINDINGS) return findings;
  const count = findings.length - MAX_FINDINGS + 1;
  const message = `There are ${String(count)} more findings like these.`;
  return [...findings.slice(0, MAX_FINDINGS - 1), { code: 'more', message, evidence: { count } }];
}

function uuidFindings(proof: UuidProof | null): AttemptFinding[] {
  if (proof === null || proof.verdict === 'matched') return [];
  const { expected, found } = proof;
  const evidence = { expected, found };
  if (found === null)
    return [{ code: 'uuid_absent', message: `The answer has no UUID; requested was ${expected}.`, evidence }];
  const message = `The answer has the UUID ${found}; requested was ${expected}.`;
  return [{ code: 'uuid_mismatched', message, evidence }];
}
