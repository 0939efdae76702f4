import { type Command, Option } from 'commander';
import { connectionOf } from '../connection/connection.ts';
import { clientOf, type Context, type GlobalOptions } from '../context.ts';
import { print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

interface InstallOptions extends GlobalOptions {
  transport: 'http' | 'stdio';
  file: string;
  print?: true;
}

export const addMcp: AddCommand = (program, context) => {
  const mcp = program
    .command('mcp')
    .summary('MCP tools for agents: serve over stdio, or write a client’s configuration')
    .description('Serves the MCP tools on standard input and output, for a client that starts this command.')
    .action(async (_: unknown, command: Command) => {
      const { serveOverStdio } = await import('@cc-executor/mcp-server/stdio');
      await serveOverStdio(await clientOf(command, context));
    });
  mcp
    .command('install')
    .summary('write a client’s configuration')
    .description('Adds this server to a .mcp.json and keeps the other entries. --print only prints it.')
    .addOption(
      new Option('--transport <how>', 'how the client connects').choices(['http', 'stdio']).default('http'),
    )
    .option('--file <file>', 'the file', '.mcp.json')
    .option('--print', 'write nothing; print the entry and the line for "claude mcp add"')
    .action(async (_: unknown, command: Command) => await install(command, context));
};

async function install(command: Command, context: Context): Promise<void> {
  const { transport, file, print: onlyPrint, json }: InstallOptions = command.optsWithGlobals();
  const { url } = await clientOf(command, context);
  const { apiKey } = connectionOf(command.optsWithGlobals<GlobalOptions>().url, context.sources);
  const { addLine, entryOf, NAME } = await import('../mcp/entry.ts');
  const entry = entryOf(transport, url, apiKey !== undefined);
  if (onlyPrint) {
    const configuration = { mcpServers: { [NAME]: entry } };
    if (json === true) return printJson({ configuration, command: addLine(entry) });
    print(JSON.stringify(configuration, null, 2));
    return print(addLine(entry));
  }
  const { addToFile } = await import('../mcp/add-to-file.ts');
  const done = await addToFile(file, NAME, entry);
  if (json === true) return printJson(done);
  print(done.changed ? `wrote ${done.file}` : `kept ${done.file}, which has this server already`);
}
