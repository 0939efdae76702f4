import { counted } from '@cc-executor/contracts/english';
import { Health, type AgentsView } from '@cc-executor/contracts';
import { readAgents } from '@cc-executor/executions';
import { version } from '@cc-executor/service-kit';
import { addHealthRoute } from '@cc-executor/service-kit/http';
import { describeMachine } from '../describe-machine.ts';
import type { Route } from '../route.ts';

export const health: Route = (app, { ping, checkMemory, wakeUps, directory }) => {
  const checks = {
    redis: {
      critical: true,
      run: async () => {
        await ping();
        return 'answers';
      },
    },
    memory: { critical: false, run: checkMemory },
    queue: {
      critical: false,
      run: async () => {
        const { waiting, oldestSeconds } = await wakeUps.backlog();
        if (oldestSeconds > 10) throw new Error(`the oldest wake-up waits for ${oldestSeconds.toFixed(0)} s`);
        return `${String(waiting)} wake-ups on their way`;
      },
    },
    workers: {
      critical: false,
      run: async () => {
        const workers = await directory.list();
        if (workers.length === 0) throw new Error('no worker is alive: executions wait');
        const running = workers
          .flatMap(({ lanes }) => Object.values(lanes))
          .reduce((sum, lane) => sum + lane.running, 0);
        return [
          `${String(workers.length)} alive, ${counted(running, 'execution')} running`,
          ...workers.map(describeMachine),
        ]
          .filter((told) => told !== '')
          .join('; ');
      },
    },
    credential: {
      critical: false,
      run: async () => {
        const workers = await directory.list();
        const refused = workers.find(({ auth }) => auth.credential?.state === 'refused');
        if (refused) throw new Error(`prompts can't run: ${refused.auth.message}`);
        if (workers.length === 0) return { unknown: 'no worker is there to try it' };
        if (workers.some(({ auth }) => auth.credential?.state === 'works')) return 'works';
        return {
          unknown: workers.some(({ auth }) => auth.credential)
            ? 'found; no prompt has used it yet'
            : 'none was found: commands run, and prompts need one',
        };
      },
    },
    models: {
      critical: false,
      run: async () => {
        const { agents } = await readAgents(directory);
        const known = agents.flatMap((agent) => serversOf(agent));
        const lost = known.filter(({ status }) => status !== 'answers');
        const named = (some: typeof known) => some.map(({ what }) => what).join(', ');
        if (known.length === 0) return { unknown: 'no server of a model is known yet' };
        if (lost.length === 0) return `the servers of the models of ${named(known)} answer`;
        // A prompt proves it; this is a request without a credential.
        return { unknown: lost.map(({ what, message }) => `${what}: ${message}`).join(' ') };
      },
    },
  };
  addHealthRoute(
    app,
    { service: 'api', version, checks },
    {
      summary: 'Is all well?',
      tags: ['health'],
      response: { 200: Health, 503: Health },
    },
  );
};

/** The servers of the models of an agent and its programs, as far as a worker has tried them. */
function serversOf({ name, model_server: server, programs = [] }: AgentsView['agents'][number]) {
  const all = [
    { agent: name as string, server },
    ...programs.map((one) => ({ agent: `${name} (${one.name})`, server: one.model_server ?? null })),
  ];
  return all.flatMap(({ agent, server: one }) =>
    one === null
      ? []
      : [{ what: `${agent}, ${one.origin ?? 'no URL'}`, status: one.status, message: one.message }],
  );
}
