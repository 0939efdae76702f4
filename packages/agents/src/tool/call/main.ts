import { Console } from 'node:console';
import { setTimeout as delay } from 'node:timers/promises';
import { callTool } from './call-tool.ts';
import { takeWork } from '../../launch/work.ts';
import { rehearse } from './rehearse.ts';
import { piecesOf } from '../../lines/pieces.ts';
import type { LineTag } from '../../lines/run-lines.ts';
import { useProxy } from '../../lines/use-proxy.ts';
import type { CallSpec } from './spec.ts';
import { transportTo } from './transport.ts';

// Calls one tool of an MCP server and prints lines as LineTag describes them; the server's stderr is this process's.
// The server is foreign code, so its answers are parsed here and not in the worker.

/** At most one line of news in this time, in milliseconds: a server may report progress without end. */
const NEWS_MS = 1000;

/** Work that was handed over at the start is here in this time, in milliseconds. */
const AHEAD_MS = 20;

// Libraries log to the console, and stdout has lines.
globalThis.console = new Console(process.stderr, process.stderr);
const work = takeWork(process.env);
// A process that was started ahead has the time; one that is late has its work by now.
if ((await Promise.race([work, delay(AHEAD_MS)])) === undefined) await rehearse();
const { spec: given, env } = await work;
const spec = given as CallSpec;
if (spec.proxy !== undefined) useProxy(spec.proxy);
const print = (tag: LineTag, value: unknown) => process.stdout.write(`${tag}${JSON.stringify(value)}\n`);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
let toldAt = -Infinity;
const tell = (kind: string, raw: unknown) => {
  if (performance.now() - toldAt < NEWS_MS) return;
  toldAt = performance.now();
  print('n', { kind, raw });
};

try {
  const end = await callTool(spec, {
    transport: transportTo(spec, env),
    signal: stop.signal,
    onConnected: (server) => print('n', { kind: 'connected', raw: server }),
    onProgress: (progress) => tell('progress', progress),
    onLife: () => tell('alive', null),
    onAnswer: (answer, text) => {
      print('m', { type: 'tool_result', server: spec.serverName, tool: spec.tool, ...answer });
      for (const piece of piecesOf(text)) print('t', piece);
    },
  });
  print('e', end);
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
process.stdout.write('', () => process.exit(stop.signal.aborted ? 143 : 0));
