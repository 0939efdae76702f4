// What may import what: each rule is proven by a planted violation in tests/architecture/planted.
const SERVER =
  '^(packages/(service-kit|task-rules|task-analysis|forecast|executions|executions-redis|executions-files|stores|workspaces|agents|sandbox|hooks|local-stack)|services)/';
const CLIENT = '^packages/(sdk|task-files|cli|mcp-server|dashboard)/';
// The one place where the two sides meet, see docs/decisions: MCP is served on the API's port.
const MCP_MOUNT = '^services/api/src/routes/mcp\\.ts$';
const src = (names) => `^packages/(${names})/src/`;

// The folders of the two largest parts, each with those that it may import beside itself and the files of their parent.
// The last one of each may import all of them, and none imports it.
const ROOMS = {
  'packages/contracts': {
    language: [],
    events: ['language'],
    evidence: ['language', 'events'],
    rest: ['language', 'events'],
    hooks: ['language', 'events', 'rest'],
    rpc: ['language', 'events', 'rest', 'hooks'],
  },
  'services/worker': {
    machine: [],
    login: [],
    ownership: [],
    credential: [],
    wiring: ['ownership', 'credential'],
    evidence: ['ownership'],
    hooks: ['ownership'],
    attempts: ['ownership', 'evidence', 'hooks'],
    running: ['ownership', 'credential', 'evidence', 'hooks', 'attempts'],
  },
};
const rooms = Object.entries(ROOMS).flatMap(([part, folders]) =>
  Object.entries(folders).map(([folder, others]) => ({
    name: `${folder}-of-${part.split('/')[1]}-imports-what-is-below-it`,
    severity: 'error',
    from: { path: `^${part}/src/${folder}/` },
    to: { path: `^${part}/src/[^/]+/`, pathNot: `^${part}/src/(${[folder, ...others].join('|')})/` },
  })),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-service-imports-a-service',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'no-package-imports-a-service',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^services/' },
    },
    {
      name: 'contracts-import-the-schema-library-only',
      severity: 'error',
      from: { path: src('contracts') },
      to: { pathNot: ['^packages/contracts/src/', 'node_modules/zod/'] },
    },
    {
      name: 'analysis-and-forecast-compute-and-touch-nothing',
      severity: 'error',
      from: { path: src('task-analysis|forecast') },
      to: { pathNot: [src('task-analysis|forecast|contracts'), '^crypto$'] },
    },
    {
      name: 'task-files-are-read-from-texts-alone',
      severity: 'error',
      from: { path: src('task-files') },
      to: {
        path: ['^packages/', '^services/', '^(node:)?(fs|path|process|child_process)(/|$)'],
        pathNot: src('task-files|contracts'),
      },
    },
    {
      name: 'evidence-needs-nothing-but-contracts-and-files',
      severity: 'error',
      from: { path: src('evidence') },
      to: {
        path: ['^packages/', '^services/', '^(http|https|http2|net|child_process)$'],
        pathNot: src('evidence|contracts'),
      },
    },
    {
      name: 'executions-workspaces-and-agents-know-no-redis-and-no-http',
      severity: 'error',
      from: {
        path: src('executions|workspaces|agents'),
        // A pipe between a process and its child, or what runs in a container, is a socket of Node.
        pathNot:
          '^packages/agents/src/(launch/(spares|work|by-way)|lines/(peer-socket|use-proxy)|tool/call/socket-transport|turns/peer)\\.ts$',
      },
      to: {
        path: [
          '(^|node_modules/)(ioredis|bullmq|fastify|ws)(/|$)',
          '^(http|https|http2|net)$',
          '^packages/executions-',
        ],
      },
    },
    {
      name: 'workspaces-need-nothing-but-the-walk-and-git',
      severity: 'error',
      from: { path: src('workspaces') },
      to: { path: ['^packages/', '^services/'], pathNot: src('workspaces|evidence|contracts') },
    },
    {
      name: 'redis-only-in-executions-redis',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: '^packages/(executions-redis|testkit)/' },
      to: { path: '(^|node_modules/)(ioredis|bullmq)(/|$)' },
    },
    {
      name: 'the-engine-only-in-the-launcher',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: '^services/launcher/' },
      to: { path: '(^|node_modules/)(dockerode|docker-modem)(/|$)' },
    },
    {
      name: 'the-launcher-knows-no-agent-and-no-store',
      severity: 'error',
      from: { path: '^services/launcher/src/' },
      to: { path: '^packages/', pathNot: '^packages/(sandbox/src/protocol|service-kit)/' },
    },
    {
      name: 'egress-knows-no-agent-and-no-store',
      severity: 'error',
      from: { path: '^services/egress/src/' },
      to: { path: '^packages/', pathNot: '^packages/(sandbox/src/protocol|service-kit|contracts)/' },
    },
    {
      name: 'child-processes-only-where-they-are-owned',
      severity: 'error',
      from: {
        path: '^(packages|services)/[^/]+/src/',
        pathNot:
          '^packages/(agents/src/launch|agents/src/turns|agents/src/acp/call|workspaces/src/git|local-stack/src|cli/src|testkit/src|sandbox/src/inside)/',
      },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'testkit-is-for-tests',
      severity: 'error',
      from: { path: '^(packages|services)/[^/]+/src/', pathNot: '^packages/testkit/' },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'server-and-client-meet-in-contracts',
      severity: 'error',
      from: { path: SERVER, pathNot: MCP_MOUNT },
      to: { path: CLIENT },
    },
    {
      name: 'the-api-mounts-mcp-server-and-no-other-client',
      severity: 'error',
      from: { path: MCP_MOUNT },
      to: { path: CLIENT, pathNot: '^packages/mcp-server/src/index\\.ts$' },
    },
    {
      name: 'client-and-server-meet-in-contracts',
      severity: 'error',
      from: { path: CLIENT },
      to: { path: SERVER, pathNot: '^packages/local-stack/' },
    },
    {
      name: 'the-sdk-runs-in-browsers',
      severity: 'error',
      from: { path: src('sdk'), pathNot: '^packages/sdk/src/local\\.ts$' },
      to: { path: '^packages/(?!contracts/|sdk/)' },
    },
    {
      name: 'the-sdk-knows-no-node',
      severity: 'error',
      from: { path: src('sdk'), pathNot: '^packages/sdk/src/(local|node|installation-key)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'contracts-below-kit-below-executions',
      severity: 'error',
      from: { path: src('service-kit') },
      to: { path: '^packages/(task-rules|executions|workspaces|agents|hooks|local-stack)' },
    },
    ...rooms,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
