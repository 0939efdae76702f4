import { toDocument, type Signer } from '@cc-executor/evidence';
import type { ArchiveDigest, StoredExecution } from '@cc-executor/executions';
import type { EvidenceFiles } from '@cc-executor/executions-files';

export interface SealPorts {
  signer: Pick<Signer, 'signArchive'>;
  evidence: Pick<EvidenceFiles, 'writeArchiveSignature'>;
}

/** Signs the archive of an execution, and writes the signature; without a manifest there is nothing to sign. */
export async function sealArchive(
  { signer, evidence }: SealPorts,
  { record: { execution_id }, state }: StoredExecution,
  digest: ArchiveDigest,
): Promise<void> {
  const { manifest } = state.summary.evidence;
  if (!manifest) return;
  const statement = { execution_id, manifest, ...digest };
  const signed = await signer.signArchive(statement);
  evidence.writeArchiveSignature(execution_id, toDocument({ schema: 1, ...statement, ...signed }).text);
}
