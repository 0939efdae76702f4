import {
  agent,
  methods,
  ndJsonStream,
  RequestError,
  type AgentContext,
  type PermissionOptionKind,
  type RequestPermissionRequest,
} from '@agentclientprotocol/sdk';
import { randomUUID } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AcpScript, AcpStep } from './steps.ts';

// An agent of the Agent Client Protocol that does what its script says; the script is its first argument, as JSON. The
// protocol is that of the library, which checks every message that it gets.

const script = JSON.parse(process.argv[2] ?? '{}') as AcpScript;
let isResumed = false;
/** Reports the sessions, the models and the modes that were requested. */
const heard: string[] = [];

if (script.greeting !== undefined) process.stdout.write(script.greeting);
if (script.stays) setInterval(() => undefined, 1000);

const never = async (method: string) => {
  if (script.silent === method) await new Promise(() => setInterval(() => undefined, 1000));
};
const sessionOf = (params: object) => {
  heard.push(JSON.stringify(params));
  return script.session ?? {};
};

agent({ name: 'fake' })
  .onRequest(methods.agent.initialize, async () => {
    await never('initialize');
    return {
      protocolVersion: script.protocol ?? 1,
      agentCapabilities: script.capabilities ?? { loadSession: true },
      agentInfo: { name: 'fake', title: 'Fake', version: '1.0.0' },
    };
  })
  .onRequest(methods.agent.session.new, async ({ params }) => {
    await never('session/new');
    const { refuses } = script;
    if (refuses) throw new RequestError(refuses.code, refuses.message);
    return { sessionId: `session-${randomUUID()}`, ...sessionOf(params) };
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    const { refusesOld } = script;
    if (refusesOld) throw new RequestError(refusesOld.code, refusesOld.message);
    isResumed = true;
    const { sessionId } = params;
    const content = { type: 'text' as const, text: 'What was said before.' };
    await client.notify(methods.client.session.update, {
      sessionId,
      update: { sessionUpdate: 'agent_message_chunk', content },
    });
    return sessionOf(params);
  })
  .onRequest(methods.agent.session.resume, ({ params }) => {
    const { refusesOld } = script;
    if (refusesOld) throw new RequestError(refusesOld.code, refusesOld.message);
    isResumed = true;
    return sessionOf(params);
  })
  .onRequest(methods.agent.session.setMode, ({ params }) => {
    heard.push(`mode ${params.modeId}`);
    return {};
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    heard.push(`${params.configId} ${String(params.value)}`);
    return { configOptions: script.session?.configOptions ?? [] };
  })
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    const turn = new Turn(
      params.sessionId,
      client,
      params.prompt.map((block) => ('text' in block ? block.text : '')),
    );
    const steps = (isResumed ? script.resumed : undefined) ?? script.steps ?? [{ say: 'It is done.' }];
    for (const step of steps) {
      const stop = await turn.take(step);
      if (stop !== null) return stop as { stopReason: 'end_turn' };
    }
    return { stopReason: 'end_turn' };
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));

class Turn {
  readonly #sessionId: string;
  readonly #client: AgentContext;
  readonly #prompt: readonly string[];

  constructor(sessionId: string, client: AgentContext, prompt: readonly string[]) {
    this.#sessionId = sessionId;
    this.#client = client;
    this.#prompt = prompt;
  }

  /** Resolves with the answer to the prompt, if the step ends the turn; else null. */
  async take(step: AcpStep): Promise<object | null> {
    const sessionId = this.#sessionId;
    if ('update' in step)
      await this.#client.notify(methods.client.session.update, { sessionId, update: step.update });
    else if ('say' in step) await this.#say(step.say);
    else if ('ask' in step) await this.#ask(step.ask);
    else if ('read' in step)
      await this.#tell(
        this.#client
          .request(methods.client.fs.readTextFile, { sessionId, ...step.read })
          .then(({ content }) => content),
      );
    else if ('write' in step)
      await this.#tell(
        this.#client
          .request(methods.client.fs.writeTextFile, { sessionId, ...step.write })
          .then(() => 'written'),
      );
    else if ('run' in step) await this.#tell(this.#run(step.run));
    else if ('request' in step)
      await this.#tell(this.#client.request(step.request.method, step.request.params).then(JSON.stringify));
    else if ('print' in step) process.stdout.write(step.print);
    else if ('wait' in step) await sleep(step.wait);
    else if ('die' in step) process.exit(step.die);
    else if ('fail' in step) throw new RequestError(step.fail.code, step.fail.message, step.fail.data);
    else return { stopReason: step.stop, ...(step.meta && { _meta: step.meta }) };
    return null;
  }

  async #say(text: string): Promise<void> {
    const filled = text
      .replace('HEARD', () => heard.join('\n'))
      .replace('PROMPT', () => this.#prompt.join('|'))
      .replace('ENV', () => Object.keys(process.env).toSorted().join(' '));
    await this.#client.notify(methods.client.session.update, {
      sessionId: this.#sessionId,
      update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: filled } },
    });
  }

  /** Says what a promise resolves or rejects with. */
  async #tell(what: Promise<unknown>): Promise<void> {
    await this.#say(await what.then(String, (error: Error) => `refused: ${error.message}`));
  }

  async #ask({
    kind,
    title = kind,
    path,
    options = ['allow_once', 'reject_once'],
  }: Extract<AcpStep, { ask: unknown }>['ask']): Promise<void> {
    const toolCallId = randomUUID();
    const call = { toolCallId, title, kind, ...(path !== undefined && { locations: [{ path }] }) };
    const request: RequestPermissionRequest = {
      sessionId: this.#sessionId,
      toolCall: { ...call, status: 'pending' },
      options: options.map((one) => ({ optionId: one, name: one, kind: one as PermissionOptionKind })),
    };
    const { outcome } = await this.#client.request(methods.client.session.requestPermission, request);
    const answer = outcome.outcome === 'selected' ? outcome.optionId : outcome.outcome;
    await this.#client.notify(methods.client.session.update, {
      sessionId: this.#sessionId,
      update: {
        sessionUpdate: 'tool_call_update',
        toolCallId,
        status: answer.startsWith('allow') ? 'completed' : 'failed',
      },
    });
    await this.#say(answer);
  }

  async #run({ kill, ...request }: Extract<AcpStep, { run: unknown }>['run']): Promise<string> {
    const terminal = await this.#client.createTerminal({ sessionId: this.#sessionId, ...request });
    if (kill) await terminal.kill();
    const { exitCode, signal } = await terminal.waitForExit();
    const { output, truncated } = await terminal.currentOutput();
    await terminal.release();
    return JSON.stringify({ output, truncated, exitCode, signal });
  }
}
