// Exits 0 when the service on the given port of this container says that it can work.
const answer = await fetch(`http://127.0.0.1:${process.argv[2] ?? ''}/health`);
process.exitCode = answer.ok ? 0 : 1;
