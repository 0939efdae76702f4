import type { AttemptFinding, WorkspaceChange } from '@cc-executor/contracts';
import type { ClaimedFile } from './claimed-files.ts';
import type { Facts } from './facts.ts';
import type { Claims } from './read-claims.ts';
import { cut } from './cut.ts';

/** The number of changes that a finding lists; all are counted. */
const MAX_LISTED = 20;
/** The granularity of file timestamps, in milliseconds, with a margin. */
const STEP_MS = 50;
const WRITING_TOOLS = new Set(['Write', 'Edit', 'MultiEdit', 'NotebookEdit']);

type Claim = 'created' | 'modified' | 'deleted';

/** Returns the false claims about files, and the changes that the answer does not mention. */
export function fileFindings(claims: Claims, facts: Facts): AttemptFinding[] {
  const changes = new Map(facts.changes?.changes.map((change) => [change.path, change]));
  const findings = (['created', 'modified', 'deleted'] as const).flatMap((claim) =>
    (claims[claim] ?? []).flatMap((named) => {
      const file = facts.files.get(named);
      return file === undefined ? [] : (falseClaim(claim, named, file, changes, facts) ?? []);
    }),
  );
  return [...findings, ...unclaimed(claims, facts)];
}

function falseClaim(
  claim: Claim,
  named: string,
  file: ClaimedFile,
  changes: ReadonlyMap<string, WorkspaceChange>,
  facts: Facts,
): AttemptFinding | null {
  const { path, kind } = file;
  const finding = (code: AttemptFinding['code'], seen: string): AttemptFinding => ({
    code,
    message: `The answer says that it ${claim} ${cut(named)}; ${seen}.`,
    evidence: { claim: `files_${claim}`, named: cut(named), path: path && cut(path), there: kind },
  });
  if (path === null) return finding('outside_workspace', 'that is outside of the workspace');
  if (claim === 'deleted') return kind === 'file' ? finding('not_deleted', 'it is there') : null;
  if (kind === null) return finding('file_missing', 'there is no such file');
  // A folder has no content, and its files are reported separately.
  if (kind === 'folder') return null;
  const change = changes.get(path)?.change;
  if (change === 'changed' && claim === 'created' && facts.isWhole)
    return finding('not_created', 'it was there before, and was changed');
  if (change !== undefined || !isUntouched(path, file, facts)) return null;
  return claim === 'created'
    ? finding('not_created', 'it was there before, and is as it was')
    : finding('not_modified', 'it is as it was');
}

/** Returns whether it is certain that the agent did not write to a file whose content is not known to have changed. */
function isUntouched(path: string, { changedAt }: ClaimedFile, facts: Facts): boolean {
  if (!facts.isWhole) return false;
  // A program can set a file's mtime, but not its ctime.
  if (changedAt !== null && changedAt < facts.startedAt - STEP_MS) return true;
  const isAllSeen = facts.changes?.left_out === 0 && facts.changes.incomplete.length === 0;
  return isAllSeen && !facts.toolCalls.some((call) => mayWrite(call, path));
}

function mayWrite({ name, what, is_error }: Facts['toolCalls'][number], path: string): boolean {
  return WRITING_TOOLS.has(name) && is_error !== true && (what === path || what.endsWith(`/${path}`));
}

function unclaimed(claims: Claims, { changes, earlier, files, isWhole }: Facts): AttemptFinding[] {
  if (!isWhole || changes === null) return [];
  const { created, modified, deleted } = claims;
  // The answer cannot report what it has no field for.
  const isTold = {
    added: created !== null,
    changed: modified !== null,
    removed: deleted !== null || (created !== null && modified !== null),
  };
  const named = [...files.values()].flatMap(({ path }) => (path === null ? [] : [path]));
  const paths = new Set(named);
  // A named folder includes its content.
  const isNamed = (path: string) =>
    paths.has('') || paths.has(path) || named.some((folder) => path.startsWith(`${folder}/`));
  const silent = changes.changes.filter(
    ({ path, encoding, change }) =>
      encoding === undefined && isTold[change] && !isNamed(path) && !earlier.has(path),
  );
  if (silent.length === 0) return [];
  const listed = silent.slice(0, MAX_LISTED).map(({ path, change }) => ({ path: cut(path), change }));
  const [first] = listed;
  const more = silent.length === 1 ? '' : ` and ${String(silent.length - 1)} more`;
  return [
    {
      code: 'unclaimed_change',
      message: `The answer does not say that ${first?.path ?? ''} was ${first?.change ?? ''}${more}.`,
      evidence: { count: silent.length, changes: listed },
    },
  ];
}
