import { ATTEMPT_FINDINGS, type Receipt } from '@cc-executor/contracts';

/** Returns why an attempt with complete evidence does not prove a success; empty: it does. */
export function outcomeReasons({ kind, end, files, result_sha256, sent }: Receipt): string[] {
  const reasons: string[] = [];
  if (end.outcome !== 'completed') reasons.push(`it ended as ${end.outcome}${because(end.message)}`);
  if (end.signal !== null) reasons.push(`it was ended by ${end.signal}`);
  if (kind === 'command' && end.exit_code !== 0)
    reasons.push(
      end.exit_code === null ? 'it has no exit code' : `its exit code is ${String(end.exit_code)}`,
    );
  if (sent === null) reasons.push('it is not known what was sent');
  if (kind !== 'command') {
    const answer = files.find(({ name }) => name === 'result');
    if (result_sha256 === null || answer?.sha256 !== result_sha256) reasons.push('it has no answer');
  }
  if (end.validation && end.validation.is_valid !== true)
    reasons.push(`its answer was not judged valid${because(end.validation.reason)}`);
  const uuidIsTold = end.findings.some(({ code }) => code.startsWith('uuid_'));
  if (end.uuid_proof && end.uuid_proof.verdict !== 'matched' && !uuidIsTold)
    reasons.push(
      end.uuid_proof.verdict === 'absent'
        ? 'its answer lacks the requested UUID'
        : 'its answer has a wrong UUID',
    );
  // Contradictions are reported separately.
  const unproven = end.findings.filter(({ code }) => !ATTEMPT_FINDINGS[code].contradicts);
  return [...reasons, ...checkReasons(end.checks), ...unproven.map(({ message }) => message)];
}

/** Only the last round counts: earlier failures were fixed. */
function checkReasons(checks: Receipt['end']['checks']): string[] {
  const last = Math.max(...checks.map(({ round }) => round));
  const failed = checks.filter(
    ({ round, outcome, exit_code }) => round === last && (outcome !== 'completed' || exit_code !== 0),
  );
  return failed.map(({ command, message }) => `a check of it did not pass: ${command}${because(message)}`);
}

function because(why: string | null): string {
  return why === null ? '' : ` (${why})`;
}
