import { appendFileSync, closeSync, existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

// A server of the Model Context Protocol over standard input and output, whose tools are named after what they do. The
// first argument may name a fault of the server itself.
const [fault = ''] = process.argv.slice(2);
if (fault === 'ends-at-once') {
  console.error('no licence found');
  process.exit(7);
}
const anything = { type: 'object', properties: {} };
const tools = [
  {
    name: 'echo',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  },
  { name: 'structured', inputSchema: anything, outputSchema: { type: 'object', required: ['count'] } },
  { name: 'breaks_its_schema', inputSchema: anything, outputSchema: { type: 'object', required: ['count'] } },
  ...[
    'tells_environment',
    'mixes_contents',
    'reports_an_error',
    'answers_with_an_error',
    'refuses_its_arguments',
    'ends_in_the_call',
    'answers_50_mb',
    'says_garbage_first',
    'reports_progress',
    'never_answers',
    'waits_for_a_file',
    'starts_another_process',
    'answers_nothing',
    'writes_to_stderr',
    'closes_its_output',
    'answers_with_null',
    'answers_with_a_text_as_error',
    'answers_without_version',
    'answers_without_line_break',
  ].map((name) => ({ name, inputSchema: anything })),
];
const print = (message: object) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
const text = (value: string, more = {}) => ({ content: [{ type: 'text', text: value }], ...more });

interface Params {
  name: string;
  protocolVersion: string;
  arguments?: Record<string, unknown>;
  _meta?: { progressToken?: number };
}

const calls: Readonly<Record<string, (params: Params, id: number) => object | null>> = {
  echo: ({ arguments: given }) => text(String(given?.['text'])),
  structured: () => ({ ...text('two'), structuredContent: { count: 2, names: ['a', 'b'] } }),
  breaks_its_schema: () => ({ ...text('none'), structuredContent: { names: [] } }),
  tells_environment: ({ arguments: given }) => text(String(process.env[String(given?.['name'])])),
  mixes_contents: () => ({
    content: [
      { type: 'text', text: 'See' },
      { type: 'image', mimeType: 'image/png', data: 'AAAA' },
      { type: 'resource', resource: { uri: 'file:///a', text: 'the text of a' } },
      { type: 'resource_link', name: 'b', uri: 'file:///b' },
    ],
  }),
  reports_an_error: () => text('the index is locked', { isError: true }),
  answers_with_an_error: (_, id) => {
    print({ id, error: { code: -32603, message: 'the disk is full' } });
    return null;
  },
  refuses_its_arguments: (_, id) => {
    print({ id, error: { code: -32602, message: 'text must be Latin' } });
    return null;
  },
  ends_in_the_call: () => {
    console.error('out of luck');
    process.exit(3);
  },
  answers_50_mb: () => text('x'.repeat(50 * 1024 * 1024)),
  says_garbage_first: () => {
    process.stdout.write('loading…\n{"half": \n\n[]\n');
    return text('said');
  },
  reports_progress: ({ arguments: given, _meta }, id) => {
    const [until, file] = [Number(given?.['until']), String(given?.['file'])];
    let progress = 0;
    const timer = setInterval(() => {
      progress += 1;
      const progressToken = _meta?.progressToken;
      print({ method: 'notifications/progress', params: { progressToken, progress, message: 'at work' } });
      if (progress < until) return;
      clearInterval(timer);
      print({ id, result: text('worked') });
    }, 50);
    process.on('SIGTERM', () => undefined);
    onCancelled = () => {
      appendFileSync(file, 'cancelled');
      process.exit(0);
    };
    return null;
  },
  never_answers: () => null,
  waits_for_a_file: ({ arguments: given }, id) => {
    writeFileSync(String(given?.['began']), '');
    const timer = setInterval(() => {
      if (!existsSync(String(given?.['file']))) return;
      clearInterval(timer);
      print({ id, result: text('There it is.') });
    }, 50);
    return null;
  },
  starts_another_process: () => {
    const { pid } = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    return text(String(pid));
  },
  answers_nothing: () => ({ content: [] }),
  closes_its_output: () => {
    closeSync(1);
    setInterval(() => undefined, 1000);
    return null;
  },
  answers_with_null: (_, id) => {
    print({ id, result: null });
    return null;
  },
  answers_with_a_text_as_error: (_, id) => {
    print({ id, error: 'boom' });
    return null;
  },
  answers_without_version: (_, id) => {
    console.log(JSON.stringify({ id, result: text('said'), error: null }));
    return null;
  },
  answers_without_line_break: (_, id) => {
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: text('said') }), () => process.exit(0));
    return null;
  },
  writes_to_stderr: () => {
    console.error('a warning');
    return text('written');
  },
};

const { spawn } = await import('node:child_process');
let onCancelled = () => undefined as void;
const answers: Readonly<Record<string, (params: Params, id: number) => object | null>> = {
  initialize: ({ protocolVersion }) =>
    fault === 'never-ready'
      ? null
      : {
          protocolVersion: fault === 'speaks-another-version' ? '2031-01-01' : protocolVersion,
          capabilities: fault === 'has-no-tools' ? {} : { tools: {} },
          serverInfo: { name: 'tools', version: '1.2' },
        },
  'tools/list': () => ({ tools }),
  'tools/call': (params, id) => calls[params.name]?.(params, id) ?? null,
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line) as { id?: number; method: string; params?: Params };
  if (method === 'notifications/cancelled') onCancelled();
  if (id === undefined) continue;
  const result = answers[method]?.(params ?? { name: '', protocolVersion: '' }, id);
  if (result != null) print({ id, result });
}
