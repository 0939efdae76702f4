import type { Command } from 'commander';
import { clientOf, type GlobalOptions } from '../context.ts';
import { EXIT } from '../exits/exit-codes.ts';
import { paint, print, printJson } from '../print/print.ts';
import type { AddCommand } from '../add-command.ts';

const SIGNS = { ok: paint('green', '✓'), warning: paint('yellow', '!'), fault: paint('red', '✗') } as const;

export const addDoctor: AddCommand = (program, context, end) => {
  program
    .command('doctor')
    .summary('look for what may be wrong, and say how to mend it')
    .description(
      'Looks at Node, Redis, Docker, settings, disk, the server and its credential; each finding with its cure.',
    )
    .action(async (_: unknown, command: Command) => {
      const { examine } = await import('../doctor/examine.ts');
      const findings = await examine(async () => await clientOf(command, context), context.env);
      if (command.optsWithGlobals<GlobalOptions>().json === true) printJson({ findings });
      else
        for (const { level, what, cure } of findings) {
          print(`${SIGNS[level]} ${what}`);
          for (const step of cure) print(`    ${step}`);
        }
      if (findings.some(({ level }) => level === 'fault')) end(EXIT.failed);
    });
};
