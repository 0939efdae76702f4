export { lookAtClaimedFiles } from './claimed-files.ts';
export { earlierChanges } from './earlier-changes.ts';
export type { Facts } from './facts.ts';
export { findingsOf } from './findings-of.ts';
export { readClaims, type Claims } from './read-claims.ts';
