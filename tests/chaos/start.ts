// Kills, freezes and cuts off everything again and again while lists of commands run:
//   npm run chaos -- --faults 200 --executions 100 --seed 1 --minutes 30
// Has one list of prompts pass a night in which everything happens that ends a list:
//   npm run chaos -- --night --seed 1
if (process.argv.includes('--night')) await import('./night/main.ts');
else await import('./main.ts');
