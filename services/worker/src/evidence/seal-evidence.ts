import type { EventData, Manifest } from '@cc-executor/contracts';
import { toDocument, toManifestDocument, type Signer } from '@cc-executor/evidence';
import { manifestOf, type ExecutionRecord, type ExecutionState } from '@cc-executor/executions';
import type { EvidenceFiles } from '@cc-executor/executions-files';
import type { Logger } from '@cc-executor/service-kit';

interface SealPorts {
  evidence: Pick<EvidenceFiles, 'writeManifest'>;
  signer: Pick<Signer, 'sign'>;
}

interface Sealed {
  record: ExecutionRecord;
  state: ExecutionState;
  /** How the execution ends. Tasks that are not settled end with it. */
  status: Manifest['status'];
}

/**
 * Writes and signs the manifest of an execution, and returns the evidence for its last event; null: that failed. `isHeld`:
 * returns whether this worker still has the lease.
 */
export async function sealEvidence(
  ports: SealPorts,
  { record, state, status }: Sealed,
  { isHeld, logger }: { isHeld: () => Promise<boolean>; logger: Logger },
): Promise<EventData<'execution.completed'>['evidence']> {
  const { receipts, head } = state.summary.evidence;
  const now = new Date().toISOString();
  const manifest = toManifestDocument(manifestOf({ record, state }, status, now));
  try {
    const signed = await ports.signer.sign(manifest);
    // Signing may have taken long. Anything that another worker wrote since must stay.
    if (!(await isHeld())) throw new Error('Another worker holds the execution now.');
    const signature = toDocument({ schema: 1, manifest: manifest.sha256, ...signed });
    ports.evidence.writeManifest(record.execution_id, { manifest: manifest.text, signature: signature.text });
    return { receipts, head, manifest: manifest.sha256, ...signed };
  } catch (error) {
    logger.error({ err: error }, 'its evidence could not be signed and written');
    return null;
  }
}
