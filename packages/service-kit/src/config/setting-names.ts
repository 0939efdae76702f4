import { closestTo } from '@cc-executor/contracts/suggest';

type Env = Readonly<Record<string, string | undefined>>;

/** Names that begin as settings do and are none of this version, and that are not to be reported. */
const IGNORED_NAMES = 'CC_EXECUTOR_IGNORED_NAMES';

/** Other names of ours: of clients, of containers, of what a task or a hook finds in its environment, of processes. */
const OTHER_NAMES: readonly string[] = `
  URL COMMAND
  UID GID IMAGE_TAG NODE_IMAGE REDIS_IMAGE DEPENDENCIES_IMAGE CLAUDE_DIR REDIS_PORT REDIS_PASSWORD_FILE WORKER_PACKAGES AGENTS
  SERVICE_MEMORY SERVICE_TMP WORKER_MEMORY WORKER_SHM REDIS_MEMORY LOG_SIZE LOG_FILES
  FOR_CLAUDE CLAUDE_PROGRAM EXECUTION_ID TASK TASK_KIND ATTEMPT WORKSPACE LINEAGE STAGE HOOK EVENT OUTCOME EXIT_CODE STATUS
  MARK CREDENTIALS_DESCRIPTOR UPDATE_WIRE TEST_KILLS
`
  .trim()
  .split(/\s+/)
  .map((name) => `CC_EXECUTOR_${name}`);

/** Of each earlier task that gave something, where that is. */
const RESULT = /^CC_EXECUTOR_RESULT_\d+$/;
/** Begins as our names do, or as somebody would misspell it. */
const LIKE_OURS = /^cc_?execut[eo]r_?/i;

/**
 * Returns a sentence for each variable whose name looks like a setting and is none: what is misspelt would have no effect,
 * and nobody would know. `settings`: the names of all settings. CC_EXECUTOR_IGNORED_NAMES has those that are meant: names with commas between, or `*`.
 */
export function unknownNames(env: Env, settings: readonly string[]): string[] {
  const ignored = new Set((env[IGNORED_NAMES] ?? '').split(',').map((name) => name.trim()));
  if (ignored.has('*')) return [];
  const names = Object.keys(env).filter((name) => LIKE_OURS.test(name) && (env[name] ?? '') !== '');
  const known = new Set([...settings, ...OTHER_NAMES]);
  return names
    .filter((name) => !known.has(name) && !RESULT.test(name) && !ignored.has(name))
    .map((name) => {
      const meant = closestTo(name, known);
      const suggestion = meant === null ? '' : `; did you mean ${meant}?`;
      return `${name}: is not a setting of this version${suggestion} (${IGNORED_NAMES}=${name} leaves it alone)`;
    });
}
