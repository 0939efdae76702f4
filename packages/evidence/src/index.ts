export { toDocument } from './document.ts';
export { attemptFolder, LAYOUT, receiptName, receiptsAmong } from './layout.ts';
export { makeReceipt } from './receipt.ts';
export { makeResponse } from './response.ts';
export { hashFile, sha256 } from './sha256.ts';
export { fingerprintOf, isSigned, KeySigner, type Signer, type Statement } from './signing/signer.ts';
export { ToolCalls } from './tool-calls.ts';
