import { httpError, oneByOne, say, turnOf, useTool } from '@cc-executor/testkit';
import { warns } from '../checks.ts';
import type { Scenario, ScenarioGroup } from '../scenario.ts';

/** The real Claude Code, whose messages pass through a sed script. */
const through = (script: string) => `"$CLAUDE" "$@" | sed -u -E '${script}'`;
/** A line of JSON before each of its lines. */
const mixedWith = (line: string) => through(`/"type":"assistant"/i\\\n${line}`);

const sends = (what: string, script: string, more: Partial<Scenario> = {}): Scenario => ({
  what,
  program: through(script),
  outcome: 'completed',
  also: warns('agent_message_unknown'),
  ...more,
});

/** What an older or newer Claude Code may send, or leave out. */
export const versions: ScenarioGroup = {
  title: 'Another version of Claude Code',
  scenarios: [
    sends('does not say its version', '/"subtype":"init"/s/"claude_code_version":"[^"]*",?//', {
      knowsVersion: false,
    }),
    sends('does not say which tools it has', '/"subtype":"init"/s/"tools":\\[[^]]*\\],?//'),
    sends('names its model by an object', '/"subtype":"init"/s/"model":"([^"]*)"/"model":{"id":"\\1"}/'),
    sends('repeats a request and does not say why', '/"subtype":"api_retry"/s/"error_status":[^,]*,//', {
      model: () => oneByOne(httpError(500), say('Done.')),
      retries: 0,
    }),
    sends('calls a tool without an id', '/"type":"assistant"/s/"id":"toolu[^"]*",?//', {
      model: () => (request) => (turnOf(request) === 0 ? useTool('Bash', { command: 'true' }) : say('Done.')),
    }),
    sends('tells a success without is_error', '/"type":"result"/s/"is_error":false,?//'),
    sends('tells a success without its text', '/"type":"result"/s/"result":"[^"]*",?//', {
      also: ({ tasks }) => {
        if (tasks[0]?.end?.result !== 'Done.') throw new Error('The answer is lost.');
      },
    }),
    sends(
      'tells a success without counts of turns, costs, tokens and denials',
      '/"type":"result"/s/"(num_turns|total_cost_usd|permission_denials|modelUsage|usage)":/"x_\\1":/g',
      { also: () => undefined },
    ),
    sends(
      'tells an end that is neither success nor failure',
      '/"type":"result"/s/"(subtype|is_error)":/"x_\\1":/g',
      {
        outcome: 'agent_error',
        also: () => undefined,
      },
    ),
    sends(
      'tells an end for a reason that nobody knows',
      '/"type":"result"/s/"terminal_reason":"[^"]*"/"terminal_reason":"novelty"/',
      {
        outcome: 'agent_error',
        says: 'novelty',
        also: () => undefined,
      },
    ),
    {
      what: 'has lost a result before its last one',
      program: through('/"type":"result"/s/"result_index":0/"result_index":2/'),
      outcome: 'completed',
      also: warns('result_lost'),
    },
    {
      what: 'sends messages of kinds that nobody knows',
      program: mixedWith('{"type":"novelty","of":[1]}'),
      outcome: 'completed',
      also: warns(),
    },
    {
      what: 'sends system messages of kinds that nobody knows',
      program: mixedWith('{"type":"system","subtype":"novelty"}'),
      outcome: 'completed',
      also: warns(),
    },
    ...['{}', '[]', '17', '"a text"', 'true'].map((line): Scenario => ({
      what: `sends ${line} among its messages`,
      program: mixedWith(line),
      outcome: 'completed',
    })),
    {
      what: 'sends null among its messages, which ends what reads them',
      program: mixedWith('null'),
      outcome: 'no_result',
      says: 'The SDK said',
    },
    {
      what: 'prints lines that are no JSON among its messages',
      program: mixedWith('Warning: this is deprecated.'),
      outcome: 'completed',
    },
  ],
};
