import { WireCursor } from './varint.js';
import { badMessage, endOfList, ok } from './wire-status.js';

/**
 * Goes over the properties of a message without making strings.
 *
 * ```
 * properties.begin(walker.metadataBytes, walker.propertiesStart, walker.propertiesEnd, walker.propertiesTag);
 * while ((status = properties.next()) === ok) ... properties.keyStart, properties.valueStart ...
 * if (status !== endOfList) ...   // bad metadata
 * ```
 */
export class PropertyCursor {
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  private tag = 0;
  private readonly cursor = new WireCursor();

  /**
   * @param start,end from the first property's tag to the last one's end; a `start` of -1: there are none
   * @param tag 0x0a for the properties of a message in a batch, 0x22 for those of a single one
   */
  begin(bytes: Uint8Array, start: number, end: number, tag: number): void {
    this.tag = tag;
    this.cursor.reset(bytes, start < 0 ? 0 : start, start < 0 ? 0 : end);
  }

  /** @returns `ok`, `endOfList`, or what is wrong */
  next(): number {
    const { cursor } = this;
    while (cursor.at < cursor.end) {
      const tag = cursor.tag();
      if (tag !== this.tag) {
        cursor.skip(tag);
        continue;
      }
      cursor.range();
      this.readPair();
      return cursor.status;
    }
    return cursor.status === ok ? endOfList : cursor.status;
  }

  private readPair(): void {
    const { cursor } = this;
    const outerEnd = cursor.enter();
    this.keyStart = this.valueStart = -1;
    while (cursor.at < cursor.end) {
      const tag = cursor.tag();
      if (tag === 0x0a) {
        cursor.range();
        this.keyStart = cursor.start;
        this.keyEnd = cursor.stop;
      } else if (tag === 0x12) {
        cursor.range();
        this.valueStart = cursor.start;
        this.valueEnd = cursor.stop;
      } else cursor.skip(tag);
    }
    if (this.keyStart < 0 || this.valueStart < 0) cursor.fail(badMessage);
    cursor.leave(outerEnd);
  }
}
