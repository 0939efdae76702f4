/** A command that was run, by the answer. */
export interface ClaimedCommand {
  command: string;
  /** True if the answer says that it passed. */
  passed: boolean;
}

/** The claims of an answer. A list that is null is missing in it. */
export interface Claims {
  created: string[] | null;
  modified: string[] | null;
  deleted: string[] | null;
  commands: ClaimedCommand[];
  testsPassed: boolean;
}

/** The number of entries of a list that are checked. */
const MAX_ENTRIES = 1000;
/** Words in a list that mean nothing. */
const NOTHING = /^(?:|none|n\/a|-)$/i;

/** Returns the claims in a JSON answer; null if it makes none. Values of another shape claim nothing. */
export function readClaims(json: unknown): Claims | null {
  if (!isRecord(json)) return null;
  const claims: Claims = {
    created: pathsIn(json['files_created']),
    modified: pathsIn(json['files_modified']),
    deleted: pathsIn(json['files_deleted']),
    commands: listIn(json['commands_run']).flatMap(toCommand),
    testsPassed: json['tests_passed'] === true,
  };
  const saysSomething = claims.created ?? claims.modified ?? claims.deleted;
  return saysSomething !== null || claims.commands.length > 0 || claims.testsPassed ? claims : null;
}

function pathsIn(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  const paths = listIn(value).flatMap((entry) => {
    const path = isRecord(entry) ? entry['path'] : entry;
    // A pattern is not a file.
    return typeof path === 'string' && !NOTHING.test(path.trim()) && !path.includes('*') ? [path.trim()] : [];
  });
  return [...new Set(paths)];
}

function toCommand(entry: unknown): ClaimedCommand[] {
  const { command, exit_code, passed } = isRecord(entry)
    ? entry
    : { command: entry, exit_code: null, passed: null };
  if (typeof command !== 'string' || NOTHING.test(command.trim())) return [];
  return [{ command, passed: exit_code === 0 || passed === true }];
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
