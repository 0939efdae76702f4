import type { Command } from 'commander';
import { clientOf, type GlobalOptions } from '../context.ts';
import { EXIT } from '../exits/exit-codes.ts';
import { paint, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

const SIGNS = { ok: paint('green', '✓'), warning: paint('yellow', '!'), fault: paint('red', '✗') } as const;

export const addDoctor: AddCommand = (program, context, end) => {
  program
    .command('doctor')
    .summary('find problems of this installation, and how to fix them')
    .description(
      'Checks Node, Redis, Docker, the settings, the disk, the server and its credential. Each finding has a fix.',
    )
    .action(async (_: unknown, command: Command) => {
      const { examine } = await import('../doctor/examine.ts');
      const findings = await examine(async () => await clientOf(command, context), context.env);
      if (findings.some(({ level }) => level === 'fault')) end(EXIT.failed);
      if (command.optsWithGlobals<GlobalOptions>().json === true) printJson({ findings });
      else
        for (const { level, what, cure } of findings) {
          print(`${SIGNS[level]} ${what}`);
          for (const step of cure) print(`    ${step}`);
        }
    });
};
