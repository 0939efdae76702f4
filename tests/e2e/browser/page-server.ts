import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildForBrowsers } from '../../../scripts/pack/browser-build.ts';
import type { Settings } from './settings.ts';

const IMPORTS = { '@cc-executor/sdk': '/client.js' };
const PAGE = `<!doctype html><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module" src="/page.ts"></script>`;

/** Serves one page with the client as one file, on a loopback address, and hears what it tells. */
export async function startPageServer(settings: Settings, onTold: (what: string, value: unknown) => void) {
  const folder = await mkdtemp(join(tmpdir(), 'cc-browser-build-'));
  await buildForBrowsers(join(folder, 'client.js'));
  const client = await readFile(join(folder, 'client.js'), 'utf8');
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  const read = async (path: string): Promise<[string, string]> => {
    if (path === '/') return ['text/html', PAGE];
    if (path === '/settings') return ['application/json', JSON.stringify(settings)];
    if (path === '/client.js') return ['text/javascript', client];
    if (path !== '/page.ts') throw new Error(`nothing at ${path}`);
    const source = await readFile(join(import.meta.dirname, path), 'utf8');
    return ['text/javascript', stripTypeScriptTypes(source)];
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
