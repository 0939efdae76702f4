import { Argument, type Command } from 'commander';
import { join } from 'node:path';
import type { AgentsView } from '@cc-executor/sdk';
import type { AddCommand } from '../add-command.ts';
import { clientOf, type GlobalOptions } from '../context.ts';
import { columns, note, print, printJson } from '../print/print.ts';

type AgentView = AgentsView['agents'][number];

interface InstallOptions extends GlobalOptions {
  dryRun?: true;
}

/** Named here, so that the command line starts without the rest. A test compares them. */
export const INSTALLABLE = ['codex', 'opencode', 'gemini'] as const;

export const addAgents: AddCommand = (program, context) => {
  const agents = program
    .command('agents')
    .summary('what runs tasks: list, install')
    .description('Agents: what a task can name in "agent".');
  agents
    .command('list', { isDefault: true })
    .description('Lists the agents of the server, what they can do, and whether they can be used.')
    .action(async (_: unknown, command: Command) => {
      const view = await (await clientOf(command, context)).agents();
      if (command.optsWithGlobals<GlobalOptions>().json === true) return printJson(view);
      const rows = view.agents.map((agent) => [agent.name, agent.runs, ...cellsOf(agent)]);
      const programs = view.agents.flatMap(({ programs: known = [] }) =>
        known.map((one) => [`acp: ${one.name}`, 'prompt', ...cellsOf(one)]),
      );
      for (const line of columns([
        ['agent', 'runs', 'status', 'version', "model's server", ''],
        ...rows,
        ...programs,
      ]))
        print(line.trimEnd());
    });
  agents
    .command('install')
    .description('Brings the program of an agent, in the version that is tested, into the data directory.')
    .addArgument(new Argument('<agent>', 'which one').choices(INSTALLABLE))
    .option('--dry-run', 'print what would be installed, and change nothing')
    .action(async (agent: (typeof INSTALLABLE)[number], _: unknown, command: Command) => {
      const { dryRun, json }: InstallOptions = command.optsWithGlobals();
      const { AGENT_PROGRAMS } = await import('@cc-executor/contracts');
      const { dataDirectoryOf } = await import('@cc-executor/local-stack');
      const { installAgent, NPM } = await import('../agents/install-agent.ts');
      const { title, version, licence, megabytes, packages } = AGENT_PROGRAMS[agent];
      const root = join(dataDirectoryOf(context.env), 'agents');
      const about = { agent, version, folder: join(root, agent) };
      if (dryRun) {
        if (json) return printJson({ ...about, packages, command: NPM });
        print(
          `${title} ${version} (${licence}, at most ${String(megabytes)} MB) would be put into ${about.folder}, by:`,
        );
        return print(NPM.join(' '));
      }
      note(`cc-executor: installing ${title} ${version} (${licence}, at most ${String(megabytes)} MB) …`);
      await installAgent({ agent, root }, context.env);
      if (json) return printJson({ ...about, installed: true });
      print(`Installed ${title} ${version} in ${about.folder}. A running server finds it by itself.`);
    });
};

type Known = Pick<AgentView, 'status' | 'version' | 'message'> & {
  model_server?: AgentView['model_server'] | undefined;
};

function cellsOf({ status, version, message, model_server: server = null }: Known): string[] {
  const trouble = server === null || server.status === 'answers' ? null : server.message;
  return [
    status.replace('_', ' '),
    version ?? '-',
    server?.status ?? '-',
    [message, trouble].filter((part) => part !== null).join(' '),
  ];
}
