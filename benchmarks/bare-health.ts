import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A bare HTTP server in its own process, as the gateway has one; says its port on its standard output.
const server = createServer((_, response) => response.end('{"status":"healthy"}'));
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
