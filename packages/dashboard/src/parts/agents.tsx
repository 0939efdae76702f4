import type { AgentsView } from '@cc-executor/sdk';
import { useCall } from '../live/hooks.ts';
import { TEXTS } from '../texts.ts';
import { sentenceOf } from '../words.ts';
import { Badge } from './badge.tsx';
import { AGENTS } from '../texts/installation.tsx';

type Agent = AgentsView['agents'][number];

const SERVERS: Readonly<Record<NonNullable<Agent['model_server']>['status'], string>> = {
  answers: '',
  fails: 'bad',
  unreachable: 'bad',
};

const TONES: Readonly<Record<Agent['status'], string>> = {
  ready: 'good',
  not_installed: '',
  no_credential: 'warn',
  broken: 'bad',
  unknown: '',
};

/** The agents that tasks can name, and whether they can be used here. */
export function Agents() {
  const { value, error } = useCall(async (client, signal) => await client.agents({ signal }), ['agents']);
  if (value === null) return <p class="muted">{error === null ? TEXTS.loading : sentenceOf(error)}</p>;
  return (
    <ul class="rows">
      {value.agents.map(({ name, runs, status, version, message, install, model_server: server }) => (
        <li key={name}>
          <b>{name}</b> <Badge tone={TONES[status]} text={status.replaceAll('_', ' ')} />{' '}
          <span class="muted">{AGENTS.runs(runs, version)}</span> {message}{' '}
          {install !== null && <code>{install}</code>} {server && <Server server={server} />}
        </li>
      ))}
    </ul>
  );
}

/** Whether the server of its model was reached, and what that proves. */
function Server({ server }: { server: NonNullable<Agent['model_server']> }) {
  return (
    <span title={server.message}>
      <Badge tone={SERVERS[server.status]} text={AGENTS.server[server.status]} />{' '}
      {server.origin !== null && <code>{server.origin}</code>}{' '}
      {server.status !== 'answers' && <span class="muted">{server.message}</span>}
    </span>
  );
}
