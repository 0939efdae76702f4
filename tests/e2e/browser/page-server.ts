import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import contracts from '../../../packages/contracts/package.json' with { type: 'json' };
import type { Settings } from './settings.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SDK = join(ROOT, 'packages/sdk');
/** What a page's imports are, and where it gets them: the client's own modules, of which the types alone are taken out. */
const MODULES = {
  '/sdk/': join(SDK, 'src'),
  '/contracts/': join(ROOT, 'packages/contracts/src'),
  '/parser/': dirname(createRequire(join(SDK, 'package.json')).resolve('eventsource-parser')),
};
const IMPORTS = {
  '@cc-executor/sdk': '/sdk/index.ts',
  ...Object.fromEntries(
    Object.entries(contracts.exports)
      .filter(([name]) => name !== '.')
      .map(([name, path]) => [
        `@cc-executor/contracts${name.slice(1)}`,
        path.replace('./src/', '/contracts/'),
      ]),
  ),
  'eventsource-parser': '/parser/index.js',
};
const PAGE = `<!doctype html><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module" src="/page.ts"></script>`;

/** Serves one page on a loopback address, and hears what it tells. */
export async function startPageServer(settings: Settings, onTold: (what: string, value: unknown) => void) {
  const read = async (path: string): Promise<[string, string]> => {
    if (path === '/') return ['text/html', PAGE];
    if (path === '/settings') return ['application/json', JSON.stringify(settings)];
    if (path === '/page.ts') return ['text/javascript', await script(join(import.meta.dirname, path))];
    const [prefix, folder] = Object.entries(MODULES).find(([start]) => path.startsWith(start)) ?? [];
    if (prefix === undefined || folder === undefined) throw new Error(`nothing at ${path}`);
    return ['text/javascript', await script(join(folder, path.slice(prefix.length)))];
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const answer = async () => {
      if (pathname.startsWith('/tell/')) {
        onTold(pathname.slice('/tell/'.length), JSON.parse(await text(request)));
        return response.end();
      }
      const [type, body] = await read(pathname);
      return response.writeHead(200, { 'content-type': type }).end(body);
    };
    answer().catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function script(path: string): Promise<string> {
  const source = await readFile(path, 'utf8');
  return path.endsWith('.ts') ? stripTypeScriptTypes(source) : source;
}
