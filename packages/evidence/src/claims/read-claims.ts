/** A command that an answer says was run. */
export interface ClaimedCommand {
  command: string;
  /** True where it is said to have passed. */
  passed: boolean;
}

/** What an answer says was done. A list that is null is not in it. */
export interface Claims {
  created: string[] | null;
  modified: string[] | null;
  deleted: string[] | null;
  commands: ClaimedCommand[];
  testsPassed: boolean;
}

/** So many entries of a list are looked at. */
const MAX_ENTRIES = 1000;
/** What stands in a list for nothing. */
const NOTHING = /^(?:|none|n\/a|-)$/i;

/** The claims in an answer in JSON; null where it makes none. What is of another shape claims nothing. */
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
    // A pattern is no file.
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
