/** Lists to start from: the name of each, and its text. */
export const EXAMPLES: readonly (readonly [string, string])[] = [
  [
    'one in each line',
    `# A line is a prompt; after a $ it is a command.
Write a haiku about queues into haiku.txt
$ cat haiku.txt
Translate haiku.txt into French, into haiku.fr.txt
`,
  ],
  [
    'with checks',
    `on_failure: stop
tasks:
  - name: Write
    prompt: Write slugify.mjs, with a function that makes a title into a part of an address.
  - name: Test
    prompt: Write a test for slugify.mjs, and run it.
    checks: [node --test]
    on_check_failure: fix
    timeout: 15m
`,
  ],
  [
    'side by side, and joined',
    `on_failure: skip_dependents
max_parallel: 2
tasks:
  - name: prepare
    command: mkdir -p pages
  - name: German
    needs: [prepare]
    prompt: Write a short page about tea, in German, into pages/de.md
  - name: French
    needs: [prepare]
    prompt: Write a short page about tea, in French, into pages/fr.md
  - name: index
    needs: [German, French]
    prompt: Write pages/index.md, with a link to each page.
`,
  ],
  [
    'with values to fill in',
    `vars:
  library:
  language: TypeScript
tasks:
  - name: Read about {{vars.library}}
    prompt: Read the documentation of {{vars.library}}. Write into notes.md what one needs to know to begin.
  - name: Example
    prompt: Write a small example for {{vars.library}} in {{vars.language}}, and run it.
    retries: 1
`,
  ],
  [
    'results of earlier ones',
    `tasks:
  - name: Count
    command: ls | wc -l
  - name: Explain
    prompt: The folder has {{tasks.Count.result}} entries. Say in one sentence what that means.
    template: true
`,
  ],
];
