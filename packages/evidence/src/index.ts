export { doneText } from './verify/account-of.ts';
export { toDocument, toManifestDocument, type ManifestDocument } from './document.ts';
export {
  attemptFolder,
  executionFolder,
  KEYS,
  CARRIED,
  LAYOUT,
  pageOfReceipt,
  receiptName,
  receiptPageName,
  receiptsAmong,
} from './layout.ts';
export {
  appendPlain,
  appendPlainSync,
  entriesOf,
  entriesOfSync,
  inside,
  namesIn,
  namesInSync,
  openFolder,
  openPlain,
  readPlain,
  readPlainPart,
  readPlainSync,
  replacePlain,
} from './plain-files.ts';
export { makeReceipt } from './receipt.ts';
export { makeResponse, type ResponseInput } from './response.ts';
export { receiptMarkdown } from './report/receipt-page.ts';
export { makeReport, REPORT_FORMS, type ReportForm } from './report/report.ts';
export { hashFile, sha256 } from './sha256.ts';
export { readPublicKeys, toPublicKey } from './signing/public-keys.ts';
export { SignedEnds, type SignedEnd, type SignedEntry } from './signing/signed-ends.ts';
export { fingerprintOf, isSigned, KeySigner, type Signer } from './signing/signer.ts';
export { writeOnce } from './write-once.ts';
export { ToolCalls } from './tool-calls.ts';
export {
  unverifiable,
  verifyExecution,
  type KnownEnd,
  type VerifyOptions,
} from './verify/verify-execution.ts';
