import { hang, httpError, say, useTool, type Script } from '@cc-executor/scripted-model';

/** The model's script in an assessment without an account; its tools are real. */
export const SCRIPT: Script = [
  { marker: 'two plus two', turns: [say('Four: 4.')] },
  {
    marker: 'into greeting.txt',
    turns: [useTool('Bash', { command: 'printf hello > greeting.txt' }), say('Done.')],
  },
  {
    marker: 'is in greeting.txt',
    turns: [useTool('Bash', { command: 'cat greeting.txt' }), say('It says hello.')],
  },
  { marker: 'capital of France', turns: [useTool('StructuredOutput', { capital: 'Paris' })] },
  { marker: 'Think for ever', turns: [hang()] },
  { marker: 'Ask too often', turns: [httpError(429)] },
  { marker: 'Ask without leave', turns: [httpError(401)] },
];
