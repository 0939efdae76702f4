import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A git program that kills the process which reads snapshots through it, in the middle. */
export interface KillingGit {
  /** Its path. */
  program: string;
  /** Has it kill once so many questions were asked; Infinity: never. */
  killAfter: (questions: number) => void;
  /** Returns how many questions were asked since. */
  asked: () => number;
}

/** Makes the program in a folder. */
export function killsAsItReads(folder: string): KillingGit {
  const [program, most, asked] = ['git-that-kills', 'most', 'asked'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(
    program,
    `#!/bin/sh
case " $* " in *' cat-file '*) ;; *) exec git "$@";; esac
parent=$PPID
most=$(cat '${most}')
while IFS= read -r line; do
  echo >> '${asked}'
  count=$((count + 1))
  [ "$count" = "$most" ] && kill -9 "$parent"
  printf '%s\\n' "$line"
done | git "$@"
`,
    { mode: 0o755 },
  );
  return {
    program,
    killAfter: (questions) => {
      writeFileSync(most, String(questions));
      writeFileSync(asked, '');
    },
    asked: () => readFileSync(asked, 'utf8').length,
  };
}
