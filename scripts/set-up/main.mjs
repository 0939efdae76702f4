import { buildPage, setUp } from './set-up.mjs';

// node scripts/set-up/main.mjs run|develop
if (await setUp(process.argv[2] === 'develop' ? 'develop' : 'run')) buildPage();
else process.exitCode = 1;
