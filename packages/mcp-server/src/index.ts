export { describeServer, type Discovery } from './discovery.ts';
export { createMcpEndpoint, type McpEndpoint } from './http.ts';
