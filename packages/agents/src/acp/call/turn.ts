import type {
  InitializeRequest,
  NewSessionRequest,
  PromptRequest,
  ResumeSessionRequest,
  StopReason,
} from '@agentclientprotocol/sdk';
import type { OutcomeCode } from '@cc-executor/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentEvent } from '../../agent.ts';
import { capRaw, capText } from '../../cap.ts';
import { fieldsOf, nameOr } from '../../lines/foreign.ts';
import { spawnPeer } from '../../turns/peer.ts';
import { Connection, ConnectionLost, RequestRefused } from '../../turns/connection.ts';
import { conversationIn, keepConversation } from '../../turns/conversation-file.ts';
import { bareTurnEnd, judgeAnswer } from '../../turns/judge-answer.ts';
import type { TurnEnd, TurnOptions } from '../../turns/spec.ts';
import { failureOf } from './failure.ts';
import { readTextFile, writeTextFile } from './files.ts';
import { answerTo, mayDo } from './leave.ts';
import { Roots } from './roots.ts';
import { serversFor } from './servers.ts';
import { modelOf, modelSetting, planSetting, type Setting } from './settings.ts';
import type { AcpSpec } from './spec.ts';
import { Terminals } from './terminals.ts';
import { Texts, type SaidMessage } from './texts.ts';
import { ToolCall } from './tool-calls.ts';
import { costOf, usageOf } from './usage.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The version of the protocol that this speaks. */
const PROTOCOL = 1;
/** How long the agent has to end by itself after its turn, in milliseconds. */
const EXIT_MS = 5000;
const MOST_DENIALS = 20;
/** Calls of tools that are followed; an agent that has more does not end them. */
const MOST_CALLS = 10_000;

/** The outcome of a turn by its stop reason; any other reason means that the agent reports the turn as done. */
const STOPS: Readonly<Partial<Record<StopReason, { outcome: OutcomeCode; message: string }>>> = {
  max_tokens: {
    outcome: 'output_token_limit',
    message: "The answer reached the model's limit of output tokens.",
  },
  max_turn_requests: {
    outcome: 'max_turns',
    message: 'The agent reached the number of requests that it makes in one turn.',
  },
  refusal: { outcome: 'refused', message: 'The agent refused to do it.' },
  cancelled: { outcome: 'agent_error', message: 'The agent was interrupted, and not by its worker.' },
};

/** An attempt that cannot continue, with its outcome. */
class Ended extends Error {
  readonly outcome: OutcomeCode;

  constructor(outcome: OutcomeCode, message: string) {
    super(message);
    this.outcome = outcome;
  }
}

/** Runs one turn of an agent to its end; then the agent itself has ended. Never rejects. */
export async function runTurn(spec: AcpSpec, options: TurnOptions): Promise<TurnEnd> {
  const turn = new Turn(spec, options);
  try {
    return await turn.run();
  } catch (error) {
    return turn.failed(error);
  } finally {
    await turn.close();
  }
}

class Turn {
  readonly #spec: AcpSpec;
  readonly #options: TurnOptions;
  #connection: Connection | undefined;
  #roots: Roots | undefined;
  #terminals: Terminals | undefined;
  #sessionId = '';
  #name = 'The agent';
  /** Messages that it replays from a loaded session do not belong to this turn. */
  #isPrompted = false;
  #canResume = false;
  #isKept = false;
  #hasContent = false;
  #hasText = false;
  #answer = '';
  readonly #texts = new Texts();
  readonly #calls = new Map<string, ToolCall>();
  readonly #denials: TurnEnd['denials'] = [];

  constructor(spec: AcpSpec, options: TurnOptions) {
    this.#spec = spec;
    this.#options = options;
  }

  async run(): Promise<TurnEnd> {
    const { program, args, env: own, cwd, extraDirs, prompt, instructions, isProbe, leave } = this.#spec;
    const { env } = this.#options;
    this.#roots = await Roots.open(cwd, extraDirs);
    this.#terminals = new Terminals(this.#roots, env, cwd);
    this.#connection = new Connection({
      peer: spawnPeer(program, args, { ...env, ...own }),
      isVersioned: true,
      onNotification: (method, params) => this.#take(method, params),
      onRequest: async (method, params) => await this.#answerTo(method, params),
      onGarbage: (line) => this.#note('garbage', line),
    });
    const connection = this.#connection;
    const capabilities = await this.#initialize(connection);
    const session = await this.#open(connection, capabilities);
    if (isProbe) return bareTurnEnd('completed', null);
    if (leave === 'plan') await this.#set(connection, planSetting(session), 'agent_error');
    await this.#setModel(connection, session);
    this.#isPrompted = true;
    const lost = connection.ended.then((error) => Promise.reject(error));
    const request: PromptRequest = {
      sessionId: this.#sessionId,
      prompt: [prompt, instructions].flatMap((text) => (text === null ? [] : [{ type: 'text', text }])),
    };
    const answer = await Promise.race([connection.call('session/prompt', request), lost]);
    return await this.#endOf(answer);
  }

  /** The end of an attempt in which the agent failed as a program. */
  failed(error: unknown): TurnEnd {
    this.#finishText();
    if (error instanceof Ended) return this.#end(error.outcome, error.message);
    if (error instanceof RequestRefused) {
      const failure = failureOf(error, Date.now());
      const message = `${this.#name} reported: ${failure.message}`;
      return { ...this.#end(failure.outcome, message), resets_at: failure.resets_at };
    }
    if (error instanceof ConnectionLost)
      return error.isNotStarted
        ? this.#end('spawn_failed', `${this.#spec.program} could not be started: ${error.message}.`)
        : this.#end('agent_crashed', `${this.#name} died in the middle of its work: ${error.message}.`);
    return this.#end('agent_error', String(error));
  }

  async close(): Promise<void> {
    await this.#connection?.close(EXIT_MS);
    this.#terminals?.close();
  }

  async #initialize(connection: Connection): Promise<Fields> {
    const { leave, files } = this.#spec;
    const mayWrite = leave !== 'plan';
    const request: InitializeRequest = {
      protocolVersion: PROTOCOL,
      clientCapabilities: {
        fs: { readTextFile: files, writeTextFile: files && mayWrite },
        terminal: mayWrite,
      },
      clientInfo: { name: 'cc-executor', version: '1' },
    };
    const answer = await this.#inTime(
      connection.call('initialize', request),
      `${this.#spec.program} did not answer its first request: does it speak the Agent Client Protocol with these arguments?`,
    );
    const { name, title, version } = fieldsOf(answer['agentInfo']);
    this.#name = nameOr(title) ?? nameOr(name) ?? 'The agent';
    if (answer['protocolVersion'] !== PROTOCOL)
      throw new Ended(
        'agent_error',
        `${this.#name} speaks version ${String(answer['protocolVersion'])} of the Agent Client Protocol, and cc-executor speaks version ${String(PROTOCOL)}: install another version of it.`,
      );
    this.#options.onNews({
      known: { version: [name, version].map(nameOr).filter(Boolean).join(' ') || 'unknown' },
    });
    return fieldsOf(answer['agentCapabilities']);
  }

  /** Opens the session: a new one, or that of an interrupted attempt. */
  async #open(connection: Connection, capabilities: Fields): Promise<Fields> {
    const { cwd, extraDirs, servers, isResumed, conversationFile } = this.#spec;
    const mcpServers = serversFor(servers, capabilities);
    if (typeof mcpServers === 'string') throw new Ended('mcp_failed', mcpServers);
    const can = fieldsOf(capabilities['sessionCapabilities']);
    const has = (name: string) => can[name] !== undefined && can[name] !== null;
    const about: NewSessionRequest = {
      cwd,
      mcpServers,
      ...(has('additionalDirectories') && extraDirs.length > 0 && { additionalDirectories: [...extraDirs] }),
    };
    const way = has('resume')
      ? 'session/resume'
      : capabilities['loadSession'] === true
        ? 'session/load'
        : null;
    this.#canResume = way !== null;
    const earlier = isResumed ? await conversationIn(conversationFile) : null;
    let session: Fields;
    if (earlier !== null && way !== null) {
      this.#sessionId = earlier;
      this.#isKept = true;
      const request: ResumeSessionRequest = { ...about, sessionId: earlier };
      const resumed = connection.call(way, request).catch((error: unknown) => {
        if (!(error instanceof RequestRefused)) throw error;
        throw new Ended('agent_error', `${this.#name} could not resume its session: ${error.message}`);
      });
      session = await this.#inTime(resumed, `${this.#name} did not resume its session.`);
    } else {
      session = await this.#inTime(connection.call('session/new', about), `${this.#name} opened no session.`);
      this.#sessionId = nameOr(session['sessionId']) ?? '';
      if (this.#sessionId === '')
        throw new Ended('agent_error', `${this.#name} opened a session without an id.`);
    }
    const model = modelOf(session);
    this.#options.onNews({
      ...(model !== null && { known: { model } }),
      event: {
        type: 'agent.init',
        data: {
          session_id: this.#sessionId,
          model: model ?? 'unknown',
          version: this.#name,
          tools: [],
          capabilities: Object.keys(can).filter(has),
          raw: capRaw(session),
        },
      },
    });
    return session;
  }

  /** Rejects if an answer does not come in the time that a start may take: the model has not been asked yet. */
  async #inTime(answered: Promise<Fields>, otherwise: string): Promise<Fields> {
    answered.catch(() => undefined);
    const { startMs } = this.#spec;
    const answer = await Promise.race([answered, sleep(startMs, null, { ref: false })]);
    if (answer === null) throw new Ended('agent_error', `${otherwise} It had ${String(startMs / 1000)} s.`);
    return answer;
  }

  async #setModel(connection: Connection, session: Fields): Promise<void> {
    const { model } = this.#spec;
    if (model === null) return;
    await this.#set(connection, modelSetting(session, model), 'model_not_found');
    this.#options.onNews({ known: { model } });
  }

  /** `outcome`: of an attempt in which the agent cannot do it. */
  async #set(connection: Connection, setting: Setting | null | string, outcome: OutcomeCode): Promise<void> {
    if (setting === null) return;
    if (typeof setting === 'string') throw new Ended(outcome, setting);
    const { method, params } = setting;
    await connection.call(method, { sessionId: this.#sessionId, ...params }).catch((error: unknown) => {
      if (!(error instanceof RequestRefused)) throw error;
      throw new Ended(outcome, `${this.#name} refused ${method}: ${error.message}`);
    });
  }

  #take(method: string, params: Fields): void {
    const { onLife, onMessage } = this.#options;
    onLife();
    if (method !== 'session/update') return onMessage({ method, params });
    if (!this.#isPrompted || params['sessionId'] !== this.#sessionId) return;
    const update = fieldsOf(params['update']);
    const kind = update['sessionUpdate'];
    switch (kind) {
      case 'agent_message_chunk':
      case 'agent_thought_chunk':
        return this.#takeText(kind, update);
      case 'tool_call':
      case 'tool_call_update':
        this.#finishText();
        return this.#takeCall(update);
      case 'usage_update': {
        const cost = costOf(update, this.#spec.isResumed);
        if (cost !== null) this.#options.onNews({ known: { cost } });
        return;
      }
      case 'plan':
        this.#noteContent();
        this.#options.onMessage({ method, params });
        return this.#note('plan', update['entries']);
      case 'current_mode_update':
        return this.#note('current_mode_update', update);
      case 'user_message_chunk':
      case 'available_commands_update':
      case 'config_option_update':
      case 'session_info_update':
        return;
      default:
        this.#options.onMessage({ method, params });
    }
  }

  #takeText(kind: 'agent_message_chunk' | 'agent_thought_chunk', update: Fields): void {
    const { ended, text, isNew } = this.#texts.take(kind, update);
    if (ended !== null) this.#finish(ended);
    if (text === '') return;
    this.#noteContent();
    if (kind === 'agent_thought_chunk') return;
    if (isNew && this.#hasText) this.#options.onText('\n\n');
    this.#hasText = true;
    this.#options.onText(text);
  }

  #finishText(): void {
    const ended = this.#texts.end();
    if (ended !== null) this.#finish(ended);
  }

  #finish({ kind, text }: SaidMessage): void {
    if (text === '') return;
    this.#say({ sessionUpdate: kind, content: { type: 'text', text } });
    if (kind === 'agent_thought_chunk') return;
    this.#answer = text;
    this.#options.onNews({ event: { type: 'agent.text', data: { text: capText(text), raw: null } } });
    this.#keep();
  }

  #takeCall(update: Fields): void {
    const id = String(update['toolCallId']);
    const known = this.#calls.get(id);
    if (known === undefined && this.#calls.size >= MOST_CALLS) return;
    const call = known ?? new ToolCall();
    this.#calls.set(id, call);
    const wasOver = call.isOver;
    this.#report(call.take(update));
    this.#noteContent();
    if (!call.isOver || wasOver) return;
    this.#say(call.whole);
    this.#keep();
  }

  async #answerTo(method: string, params: Fields): Promise<object | undefined> {
    this.#options.onLife();
    const [roots, terminals] = [this.#roots, this.#terminals];
    const mayWrite = this.#spec.leave !== 'plan';
    if (roots === undefined || terminals === undefined) return undefined;
    switch (method) {
      case 'session/request_permission':
        return await this.#decide(roots, params);
      case 'fs/read_text_file':
        return await readTextFile(roots, params);
      case 'fs/write_text_file':
        return mayWrite ? await writeTextFile(roots, params) : undefined;
      case 'terminal/create':
        return mayWrite ? await terminals.create(params) : undefined;
      case 'terminal/output':
        return terminals.output(params);
      case 'terminal/wait_for_exit':
        return await terminals.wait(params);
      case 'terminal/kill':
        return terminals.kill(params);
      case 'terminal/release':
        return terminals.release(params);
      default:
        this.#options.onMessage({ method, params });
        return undefined;
    }
  }

  async #decide(roots: Roots, params: Fields): Promise<object> {
    this.#options.onMessage({ method: 'session/request_permission', params });
    this.#finishText();
    const asked = fieldsOf(params['toolCall']);
    const id = String(asked['toolCallId']);
    const call = this.#calls.get(id) ?? new ToolCall();
    this.#calls.set(id, call);
    // A question is no progress of the call.
    const { status: _, ...about } = asked;
    this.#report([...call.take({ toolCallId: id, ...about }), ...call.begin()]);
    this.#noteContent();
    const { leave, servers } = this.#spec;
    const isAllowed = await mayDo(call, { leave, roots, servers: Object.keys(servers) });
    if (!isAllowed && this.#denials.length < MOST_DENIALS) this.#denials.push(call.denial);
    return answerTo(params['options'], isAllowed);
  }

  #report(events: readonly AgentEvent[]): void {
    for (const event of events) this.#options.onNews({ event });
  }

  /** A message for the transcript, whole: the updates of which it is made up are not in it. */
  #say(update: Fields): void {
    this.#options.onMessage({ method: 'session/update', params: { sessionId: this.#sessionId, update } });
  }

  #noteContent(): void {
    if (this.#hasContent) return;
    this.#hasContent = true;
    this.#options.onNews({ known: { hasContent: true } });
  }

  /** From here on there is something to resume. */
  #keep(): void {
    if (this.#isKept || !this.#canResume) return;
    this.#isKept = true;
    try {
      keepConversation(this.#spec.conversationFile, this.#sessionId);
    } catch (error) {
      this.#note('conversation_not_kept', String(error));
    }
  }

  #note(kind: string, raw: unknown): void {
    this.#options.onNews({ event: { type: 'agent.message', data: { kind, raw: capRaw(raw) } } });
  }

  async #endOf(answer: Fields): Promise<TurnEnd> {
    this.#finishText();
    const usage = usageOf(answer);
    const reason = String(answer['stopReason']);
    this.#options.onNews({
      ...(usage !== null && { known: { usage } }),
      event: {
        type: 'agent.result',
        data: { subtype: reason, is_error: reason !== 'end_turn', raw: capRaw(answer) },
      },
    });
    const stop = Object.hasOwn(STOPS, reason) ? STOPS[reason as StopReason] : undefined;
    if (stop !== undefined) return this.#end(stop.outcome, stop.message);
    if (reason !== 'end_turn')
      return this.#end(
        'agent_error',
        `${this.#name} stopped for a reason that the protocol does not have: ${reason}.`,
      );
    return await judgeAnswer(this.#spec, { answer: this.#answer, denials: this.#denials, agent: this.#name });
  }

  #end(outcome: OutcomeCode, message: string | null): TurnEnd {
    return bareTurnEnd(outcome, message, this.#denials);
  }
}
