import { hang, httpError, say, type Reply } from '@cc-executor/testkit';
import { setTimeout as delay } from 'node:timers/promises';
import type { NightEvent } from './events.ts';
import { BUILT, type Answering, type NightModel } from './model.ts';
import { garbage, type NightStack } from './stack.ts';

/** Something that happens in the night, when a certain prompt is asked for. */
export interface Fault {
  what: string;
  /** It strikes after the prompt's work was done, or before it; default: the seed says. */
  afterWork?: boolean;
  /** Begins it. Returns what that request is answered; null: what the model would say. */
  strike: (prompt: number) => Reply | null | Promise<Reply | null>;
  /** Whether the log shows that it was met as what it is. */
  isTraced: (ofPrompt: readonly NightEvent[], events: readonly NightEvent[]) => boolean;
}

interface Night {
  model: NightModel;
  stack: NightStack;
  /** From 0 to 1. */
  random: () => number;
  say: (line: string) => void;
  /** Of what goes on beside the requests. */
  onError: (error: unknown) => void;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const waitsFor = (reason: string) => (_: unknown, events: readonly NightEvent[]) =>
  events.some(({ type, data }) => type === 'execution.waiting' && data['reason'] === reason);
const ended = (outcome: string) => (ofPrompt: readonly NightEvent[]) =>
  ofPrompt.some(({ data }) => data['outcome'] === outcome);

/** What a limit of a plan says, beside an answer or instead of one. */
const limit = (resetsAt: number, more: Record<string, string> = {}) => ({
  'anthropic-ratelimit-unified-status': 'rejected',
  'anthropic-ratelimit-unified-reset': String(Math.ceil(resetsAt / 1000)),
  'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  ...more,
});

const REFUSALS = [
  'messages.1.content.0: Invalid `signature` in `thinking` block',
  'messages.2: `tool_use` ids were found without `tool_result` blocks immediately after',
  'messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified',
];

/** Everything that happens in one night. */
export function faultsOf(night: Night): Fault[] {
  const { model, stack, random, say: tell, onError } = night;
  const between = (least: number, most: number) => least + random() * (most - least);
  /** For so many milliseconds every request is answered so. */
  const spell = (ms: number, reply: () => Reply): Reply => {
    const until = Date.now() + ms;
    model.before.unshift(() => (Date.now() < until ? reply() : null));
    return reply();
  };
  const inBackground = (work: Promise<void>) => void work.catch(onError);

  // Drawn now and in this order, so that the seed alone decides.
  const limited = between(1500, 4000);
  const [overloaded, unreachable] = [between(6000, 10_000), between(6000, 10_000)];
  const refused = between(4000, 9000);
  const unansweredAfter = random() < 0.5 ? 0 : 3;
  const failures = random() < 0.5 ? 1 : 3;
  const [isZeros, bytes] = [random() < 0.5, Math.ceil(between(1, 5000))];
  const refusal = REFUSALS[Math.floor(random() * REFUSALS.length)];
  const asleep = between(3000, 14_000);

  return [
    {
      what: `a usage limit that resets in ${seconds(limited)}`,
      strike: () => {
        const resetsAt = Date.now() + limited;
        return spell(limited, () => httpError(429, 'limit reached', limit(resetsAt)));
      },
      isTraced: waitsFor('usage_limit'),
    },
    {
      what: `an outage: 529 for ${seconds(overloaded)}, then no connection for ${seconds(unreachable)}`,
      strike: () => {
        inBackground(
          (async () => {
            await delay(overloaded);
            await model.close();
            await delay(unreachable);
            await model.open();
            tell('the model can be reached again');
          })(),
        );
        return spell(overloaded, () => httpError(529));
      },
      isTraced: waitsFor('outage'),
    },
    {
      what: `a credential that has worked is refused for ${seconds(refused)}`,
      strike: () => spell(refused, () => httpError(401, 'OAuth token has expired.')),
      isTraced: (_, events) =>
        events.some(({ type, data }) => type === 'execution.paused' && data['reason'] === 'auth_required'),
    },
    {
      what: `a request that is never answered, after ${String(unansweredAfter)} events`,
      strike: () => hang(unansweredAfter, say('This never comes.')),
      isTraced: (ofPrompt) => ofPrompt.some(({ type }) => type === 'task.completed'),
    },
    {
      what: `paid extra usage, and an answer of 500 ${String(failures)} times`,
      strike: (prompt) => {
        model.headers = limit(Date.now() + 3600_000, {
          'anthropic-ratelimit-unified-overage-status': 'allowed',
        });
        let left = failures;
        const fails: Answering = (asked) =>
          asked.prompt === prompt && asked.isDone && left-- > 0 ? httpError(500) : null;
        model.before.push(fails);
        return null;
      },
      afterWork: false,
      isTraced: (ofPrompt) => ofPrompt.some(({ data }) => data['code'] === 'overage_used'),
    },
    {
      what: `a power cut, with ${String(bytes)} bytes of ${isZeros ? 'zeros' : 'garbage'} in Redis' file`,
      strike: () => {
        inBackground(stack.cutPower(garbage(isZeros, bytes)));
        return hang();
      },
      isTraced: (ofPrompt) => ended('worker_lost')(ofPrompt) && stack.log().includes('had a damaged end'),
    },
    {
      what: `a worker is killed in mid-conversation, which the API refuses to go on with: "${String(refusal)}"`,
      strike: (prompt) => {
        let isRefused = true;
        model.before.push((asked) => {
          if (asked.prompt !== prompt || !isRefused) return null;
          isRefused = asked.turn > 0;
          return isRefused ? httpError(400, refusal) : null;
        });
        inBackground(stack.killWorker());
        return hang();
      },
      afterWork: true,
      isTraced: (ofPrompt) => ended('worker_lost')(ofPrompt) && ended('conversation_lost')(ofPrompt),
    },
    {
      what: 'a build in the background, of which the agent reports later',
      strike: (prompt) => {
        model.build = prompt;
        return null;
      },
      afterWork: false,
      isTraced: (ofPrompt) =>
        ofPrompt.some(({ type, data }) => type === 'task.completed' && data['result'] === BUILT),
    },
    {
      what: `a laptop sleeps for ${seconds(asleep)}`,
      strike: async () => {
        await stack.sleep(asleep);
        return null;
      },
      isTraced: (ofPrompt) => ofPrompt.some(({ type }) => type === 'task.completed'),
    },
  ];
}

export interface PlacedFault extends Fault {
  prompt: number;
  afterWork: boolean;
  struck: boolean;
}

/** Gives each fault its own prompt, from the third on: the credential has worked then. */
export function place(faults: readonly Fault[], prompts: number, random: () => number): PlacedFault[] {
  const free = Array.from({ length: prompts - 2 }, (_, index) => index + 3);
  return faults.map((fault) => {
    const [prompt = 0] = free.splice(Math.floor(random() * free.length), 1);
    const { afterWork = random() < 0.5 } = fault;
    return { ...fault, prompt, afterWork, struck: false };
  });
}
