import { bent, cut, hang, httpError, oneByOne, raw, say, useTool } from '@cc-executor/testkit';
import { warns } from '../checks.ts';
import type { Check, Scenario, ScenarioGroup } from '../scenario.ts';

// The pauses let each event arrive before the connection is dropped.
const saying = say('one two three', { chunk: 4, pause_ms: 10 });
const using = useTool('Bash', { command: 'echo made > made' }, 'I make it.');
const answer = '👩‍👩‍👧‍👦 é 漢字 \u2028 \u2029 \r\n "quoted" \\ 🇩🇪'.repeat(20);

const overloadedMidway = bent(saying, (events) => [
  ...events.slice(0, 4),
  { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
]);

const cutAt = (what: string, events: number, reply = saying): Scenario => ({
  what: `cut ${what}, each time`,
  model: () => () => cut(events, reply),
  outcome: 'network',
});

/** What was generated before is kept. */
const keeps: Check = ({ tasks }) => {
  if ((tasks[0]?.end?.stdout_bytes ?? 0) < 'one '.length)
    throw new Error('The beginning of the answer is lost.');
};

/** The stream of an answer breaks, stands still, or is not what it should be. */
export const streams: ScenarioGroup = {
  title: "The model's stream",
  scenarios: [
    cutAt('before anything came', 0),
    cutAt('after message_start', 1),
    cutAt('after content_block_start', 2),
    { ...cutAt('in the middle of the text', 4), also: keeps },
    cutAt('after content_block_stop', 7),
    {
      what: 'cut after message_delta: nothing of the answer is missing',
      model: () => () => cut(8, saying),
      outcome: 'completed',
    },
    cutAt('after the start of a tool call', 5, using),
    cutAt('in the middle of a tool call', 6, using),
    cutAt('after a whole tool call', 7, using),
    {
      what: 'cut in the middle once, then a whole answer',
      model: () => oneByOne(cut(4, saying), say('Done.')),
      outcome: 'completed',
    },
    {
      what: 'an error event in the middle once, then a whole answer',
      model: () => (request) => (request.stream === true ? overloadedMidway(request) : say('Done.')),
      outcome: 'completed',
    },
    {
      what: 'an error event in the middle, each time',
      model: () => (request) => (request.stream === true ? overloadedMidway(request) : httpError(529)),
      outcome: 'overloaded',
    },
    {
      what: 'an event that is not JSON',
      model: () => bent(saying, (events) => [...events.slice(0, 4), 'event: ping\ndata: {"type": \n\n']),
      outcome: 'network',
    },
    {
      what: 'an event of a kind that nobody knows',
      model: () => bent(saying, ([first, ...rest]) => [first ?? '', { type: 'novelty', of: 1 }, ...rest]),
      outcome: 'completed',
    },
    {
      what: 'no message_start',
      model: () => bent(saying, (events) => events.slice(1)),
      outcome: 'network',
    },
    {
      what: 'a delta for a block that never began',
      model: () => bent(saying, (events) => events.filter(({ type }) => type !== 'content_block_start')),
      outcome: 'network',
    },
    {
      what: 'an end without message_delta',
      model: () => bent(saying, (events) => events.filter(({ type }) => type !== 'message_delta')),
      outcome: 'network',
    },
    { what: 'nothing but comments', model: () => () => raw(': hello\n\n'), outcome: 'network' },
    {
      what: 'pieces of three bytes, through lines and characters',
      model: () => () => say(answer, { piece_bytes: 3 }),
      outcome: 'completed',
      also: ({ tasks }) => {
        if (tasks[0]?.end?.result !== answer) throw new Error('The answer was changed.');
      },
    },
    {
      what: 'no answer at all',
      model: () => () => hang(),
      // Ample for the start of the agent on a busy machine, which is silence too.
      settings: { silenceTimeout: 12 },
      outcome: 'network',
      says: 'no sign of life',
      also: warns('silent'),
    },
    {
      what: 'no answer at all, and the agent gives the request up before a silence is too long',
      model: () => () => hang(),
      settings: { requestTimeout: 1 },
      outcome: 'network',
      retries: 2,
    },
    {
      what: 'no answer once, then one',
      model: () => oneByOne(hang(), say('Done.')),
      settings: { requestTimeout: 2 },
      outcome: 'completed',
    },
    {
      what: 'silence in the middle of the text',
      model: () => () => hang(4, saying),
      settings: { silenceTimeout: 12 },
      outcome: 'network',
    },
    {
      what: 'silence in the middle of a tool call',
      model: () => () => hang(6, using),
      settings: { silenceTimeout: 12 },
      outcome: 'network',
    },
  ],
};
