import {
  counted,
  statusText,
  type Done,
  type Manifest,
  type Receipt,
  type TaskVerification,
  type WorkspaceChanges,
} from '@cc-executor/contracts';

/** Returns what was done by a receipt, apart from whether it can be trusted. */
export function accountOf(
  { status, warnings: signed = [] }: Pick<Manifest['tasks'][number], 'status' | 'warnings'>,
  receipt: Receipt,
): Required<Pick<TaskVerification, 'status_text' | 'done' | 'warnings'>> {
  const { warnings = [], findings } = receipt.end;
  return {
    status_text: statusText(status, warnings.length + signed.length + findings.length > 0),
    done: doneIn(receipt),
    // Some come after the receipt.
    warnings: [...new Set([...warnings.map(({ message }) => message), ...signed])],
  };
}

function doneIn(receipt: Receipt): Done {
  const { kind, end, tool_calls: calls, tool_calls_beyond: beyond } = receipt;
  const { denials = [] } = end;
  const commands = calls.filter(({ name }) => name === 'Bash').length;
  const deniedCommands = denials.filter(({ tool }) => tool === 'Bash').length;
  return {
    files_changed: filesChanged(receipt),
    commands_run: kind === 'command' ? 1 : Math.max(0, commands - deniedCommands),
    tool_calls: kind === 'tool' ? 1 : calls.length + beyond,
    tools_denied: denials.length,
  };
}

/** Null if it is unknown what changed in the workspace, or in a folder beside it. */
function filesChanged({ workspace, extra_dirs = [] }: Receipt): number | null {
  const looked = [workspace, ...extra_dirs.map(({ changes }) => changes)];
  const known = looked.filter((changes) => changes !== null).filter(wasSeen);
  if (known.length < looked.length) return null;
  return known.reduce((sum, { added, changed, removed }) => sum + added + changed + removed, 0);
}

/** Returns whether a folder could be scanned before and after; after a failed scan, all numbers are 0. */
export function wasSeen({ files_before, files_after }: WorkspaceChanges): boolean {
  return files_before !== null && files_after !== null;
}

/** Describes what was done for people, e.g. "3 files changed, no command run, 1 tool call denied". */
export function doneText({ files_changed, commands_run, tools_denied }: Done): string {
  return [
    files_changed === null ? 'changed files not known' : `${number(files_changed, 'file')} changed`,
    `${number(commands_run, 'command')} run`,
    ...(tools_denied === 0 ? [] : [`${number(tools_denied, 'tool call')} denied`]),
  ].join(', ');
}

function number(count: number, what: string): string {
  return count === 0 ? `no ${what}` : counted(count, what);
}
