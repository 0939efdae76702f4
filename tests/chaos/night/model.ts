import {
  firstUserTexts,
  httpError,
  say,
  startScriptedModel,
  textsOf,
  turnOf,
  useTool,
  type ModelRequest,
  type Reply,
  type ScriptedModel,
} from '@cc-executor/testkit';

/** What was asked: a request in the conversation of one prompt, before or after that prompt's work was done. */
export interface Asked {
  prompt: number;
  isDone: boolean;
  /** How many turns the conversation has already. */
  turn: number;
}

/** Answers instead of the model; null: the model answers. */
export type Answering = (asked: Asked) => Reply | null | Promise<Reply | null>;

/** The text of a prompt, by which the model knows it. */
export const promptText = (prompt: number) => `Do job number ${String(prompt)} of this night.`;
const DONE = 'It is done.';
export const BUILT = 'It is built.';
/** Where each prompt writes its number. */
export const EFFECTS = 'effects';

/** Plays the model of the whole night at one address: each prompt has one tool call, and is done. */
export class NightModel {
  /** What is asked first of each request, and may answer it; the first answer counts. */
  readonly before: Answering[] = [];
  /** The prompt whose work is a build in the background. */
  build = 0;
  /** Beside each answer. */
  headers: Record<string, string> = {};
  requests = 0;
  #server: ScriptedModel | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${String(this.#port)}`;
  }

  /** Listens, at the same port each time. */
  async open(): Promise<void> {
    this.#server = await startScriptedModel({
      script: (request) => this.#answer(request),
      port: this.#port,
    });
    this.#port = Number(new URL(this.#server.url).port);
  }

  /** Refuses connections, and drops those that are open. */
  async close(): Promise<void> {
    await this.#server?.close();
  }

  async #answer(request: ModelRequest): Promise<Reply> {
    this.requests += 1;
    const text = firstUserTexts(request).join('\n');
    const prompt = Number(/Do job number (\d+) of this night/.exec(text)?.[1]);
    if (!(prompt > 0)) return httpError(400, `this is no prompt of the night: ${text.slice(0, 200)}`);
    const asked = { prompt, isDone: hasToolResult(request), turn: turnOf(request) };
    for (const answering of this.before) {
      const answer = await answering(asked);
      if (answer !== null) return answer;
    }
    return { ...this.#work(asked, knowsOfEarlier(request)), headers: this.headers };
  }

  #work({ prompt, isDone, turn }: Asked, isTold: boolean) {
    const effect = write(prompt, isTold);
    if (prompt !== this.build)
      return isDone ? say(DONE) : useTool('Bash', { command: effect, description: 'Does the job' });
    if (!isDone) return useTool('Bash', { command: `sleep 3; ${effect}`, run_in_background: true });
    return say(turn === 1 ? 'I will report when it is built.' : BUILT);
  }
}

/** Who was told of an earlier attempt looks first, as the note says; nobody else has a reason to. */
function write(prompt: number, isTold: boolean): string {
  const [number, file] = [String(prompt), EFFECTS];
  const append = `echo ${number} >> ${file}`;
  return isTold ? `grep -qx ${number} ${file} || ${append}` : append;
}

function knowsOfEarlier({ system }: ModelRequest): boolean {
  return textsOf(system).some((text) => text.includes('An earlier attempt at this task'));
}

function hasToolResult({ messages }: ModelRequest): boolean {
  return messages.some(
    ({ content }) => typeof content !== 'string' && content.some(({ type }) => type === 'tool_result'),
  );
}
