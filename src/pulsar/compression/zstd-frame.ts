/**
 * The outside of a Zstandard frame (RFC 8878, section 3.1.1), looked at before anything is decompressed: how much
 * memory it would take, and that there is one frame and nothing else. A decompressor that trusts a header takes
 * whatever window it names.
 */

/** Longest window that is taken when the frame does not name its size; a payload's writer uses far less. */
const windowBytesMax = 8 << 20;

/** @returns why the frame is refused; undefined if it may be decompressed into `expected` bytes */
export function refuseZstd(source: Uint8Array, expected: number): string | undefined {
  if (source.length < 6) return 'too short';
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength);
  if (view.getUint32(0, true) !== 0xfd2fb528) return 'not a Zstandard frame';
  const descriptor = source[4];
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3];
  const sizeFlag = descriptor >>> 6;
  const contentBytes = sizeFlag === 0 ? (isSingleSegment ? 1 : 0) : 1 << sizeFlag;
  const contentAt = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  const blocksAt = contentAt + contentBytes;
  if (blocksAt > source.length) return 'its header is cut off';
  if (contentBytes > 0) {
    let content = contentBytes === 2 ? 256 : 0;
    for (let i = 0; i < contentBytes; i++) content += source[contentAt + i] * 2 ** (8 * i);
    if (content !== expected) return `it declares ${content} bytes`;
  }
  if (!isSingleSegment) {
    const base = 2 ** (10 + (source[5] >>> 3));
    const window = base + (base / 8) * (source[5] & 7);
    if (window > windowBytesMax && window > 2 * expected) return `it asks for a window of ${window} bytes`;
  }
  const end = blocksEnd(source, blocksAt) + ((descriptor & 4) !== 0 ? 4 : 0);
  return end === source.length ? undefined : 'its blocks do not end where it ends';
}

/** Where the last block ends; beyond the source's end if one is cut off. */
function blocksEnd(source: Uint8Array, blocksAt: number): number {
  let at = blocksAt;
  while (at + 3 <= source.length) {
    const header = source[at] | (source[at + 1] << 8) | (source[at + 2] << 16);
    const type = (header >>> 1) & 3;
    at += 3 + (type === 1 ? 1 : header >>> 3);
    if ((header & 1) === 1) return at;
  }
  return source.length + 1;
}
