import type { AuthStatus } from '@cc-executor/contracts';
import { linesAtStart, type OpenLists } from './open-lists.ts';

export interface WelcomeFacts {
  version: string;
  api: string;
  ws: string;
  dataDir: string;
  auth: AuthStatus | null;
  needsKey: boolean;
  /** The lists that have not ended; null: not known. */
  lists: OpenLists | null;
}

/** Returns what a person needs to know when the stack runs, line by line. */
export function welcome({ version, api, ws, dataDir, auth, needsKey, lists }: WelcomeFacts): string[] {
  return [
    `cc-executor ${version} runs; Ctrl-C ends it.`,
    '',
    `  page       ${api}/  (what happened, and what needs you)`,
    `  API        ${api}  (to try it in a browser: ${api}/docs)`,
    `  WebSocket  ${ws}`,
    `  data       ${dataDir}  (logs below it, in logs)`,
    ...claude(auth),
    '',
    ...open(lists),
    'Try it:',
    '',
    `  curl -s ${api}/execute -H 'Content-Type: application/json'${needsKey ? ' -H "Authorization: Bearer $CC_EXECUTOR_API_KEY"' : ''} \\`,
    `    -d '${JSON.stringify(example(auth))}'`,
    '',
  ];
}

function claude(auth: AuthStatus | null): string[] {
  if (auth === null) return ['  Claude     not known; ask GET /auth/status'];
  if (auth.status === 'authenticated') {
    const state = auth.credential?.state === 'works' ? 'authenticated' : 'credential found';
    return [`  Claude     ${state}: ${auth.message}`];
  }
  // The first is the one that fits this machine.
  const [cure] = auth.instructions ?? [];
  return [
    `  Claude     not authenticated: ${auth.message} Commands run; prompts need it.`,
    ...(cure === undefined ? [] : [`             ${cure}`]),
    '             All ways: cc-executor doctor',
  ];
}

function open(lists: OpenLists | null): string[] {
  const lines = lists === null ? [] : linesAtStart(lists);
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Lists of commands also run without Claude. */
function example(auth: AuthStatus | null): { tasks: unknown[] } {
  if (auth?.status === 'authenticated')
    return { tasks: ['Write a haiku about queues into haiku.txt', 'Translate haiku.txt into French'] };
  return { tasks: [{ command: 'echo hello' }, { command: 'date' }] };
}
