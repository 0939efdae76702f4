import { LATEST_PROTOCOL_VERSION, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import { IDENTITY } from './identity.ts';
import { ORCHESTRATE } from './orchestrate.ts';
import { CONFIGURATION, EXECUTION_RESOURCES } from './resources/resources.ts';
import { TOOLS } from './tools/index.ts';

export type Discovery = ReturnType<typeof describeServer>;

/** The revision of the protocol without a handshake, which the endpoint supports beside the older ones. */
const STATELESS_REVISION = '2026-07-28';

/** Who needs a key. `others`: everyone except the server's own user and root on the same machine. */
export type KeyFor = 'everybody' | 'others' | 'nobody';

/** Returns the discovery document `/.well-known/mcp/cc-executor.json`. Addresses are relative to the server. */
export function describeServer({ keyFor }: { keyFor: KeyFor }) {
  return {
    ...IDENTITY,
    description: 'Runs long lists of tasks by fresh agents, in order, unattended.',
    protocol_versions: [
      ...new Set([STATELESS_REVISION, LATEST_PROTOCOL_VERSION, ...SUPPORTED_PROTOCOL_VERSIONS]),
    ],
    transports: [
      { type: 'streamable-http', url: '/mcp', stateless: true },
      { type: 'stdio', command: 'cc-executor', args: ['mcp'] },
    ],
    authentication: { required: keyFor === 'everybody', for: keyFor, scheme: 'bearer' },
    tools: TOOLS.map(({ name, title, description }) => ({ name, title, description })),
    resources: [{ name: CONFIGURATION.name, uri: CONFIGURATION.uri }],
    resource_templates: EXECUTION_RESOURCES.map(({ name, uri }) => ({ name, uri_template: uri })),
    prompts: [{ name: ORCHESTRATE.name, title: ORCHESTRATE.title }],
  };
}
