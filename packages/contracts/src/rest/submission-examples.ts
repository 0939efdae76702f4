/** Task lists that an editor or the API's own page offers as a start. Each can be submitted unchanged. */
export const SUBMISSION_EXAMPLES = [
  {
    tasks: [
      { name: 'Greet', command: 'echo hello' },
      { name: 'Look around', command: 'pwd && ls -la' },
    ],
  },
  {
    tasks: [
      {
        name: 'Write',
        prompt: 'Write slugify.mjs, with a function that makes a title into a part of an address.',
      },
      {
        name: 'Test',
        prompt: 'Write a test for slugify.mjs, and run it.',
        checks: ['node --test'],
        retries: 1,
        timeout: 900,
      },
    ],
    on_failure: 'stop',
  },
  {
    tasks: [
      { name: 'Count', command: 'ls | wc -l' },
      {
        name: 'Explain',
        prompt: 'The folder has {{tasks.Count.result}} entries. Say in one sentence what that means.',
        template: true,
      },
    ],
  },
];
