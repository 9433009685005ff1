import {
  Arena,
  headInputEnd,
  headKind,
  headOffset,
  headPublishTimeMs,
  kindLines,
  type SlotLayout,
} from '../../native-free-core/layout/slot-layout.js';

const lineFeed = 0x0a;
/** Byte positions in an arena are int32. */
const arenaBytesMax = 2 ** 31 - 1;

/**
 * Lines held in memory as the chunks that the source would make of them, each in a slot of its own: as many arenas
 * as that takes. Reserved, not touched, where nothing is written.
 */
export class ChunkBank {
  readonly arenas: readonly Arena[];
  /** For each chunk its arena and the byte position of its slot there. */
  readonly arenaOf: Int32Array;
  readonly slotOf: Int32Array;

  constructor(
    lines: Uint8Array,
    readonly layout: SlotLayout,
  ) {
    const ends = cutChunks(lines, layout.targetBytes);
    const perArena = Math.floor(arenaBytesMax / layout.strideBytes);
    const arenas: Arena[] = [];
    for (let left = ends.length; left > 0; left -= perArena) {
      arenas.push(new Arena(new SharedArrayBuffer(Math.min(left, perArena) * layout.strideBytes)));
    }
    this.arenas = arenas;
    this.arenaOf = Int32Array.from(ends, (_, i) => Math.floor(i / perArena));
    this.slotOf = Int32Array.from(ends, (_, i) => (i % perArena) * layout.strideBytes);
    ends.forEach((end, i) => {
      this.#fill(i, lines.subarray(i === 0 ? 0 : ends[i - 1], end), i === 0 ? 0 : ends[i - 1]);
    });
  }

  get chunks(): number {
    return this.slotOf.length;
  }

  #fill(chunk: number, lines: Uint8Array, offset: number): void {
    const { u8, i32, f64 } = this.arenas[this.arenaOf[chunk]];
    const slot = this.slotOf[chunk];
    const input = slot + this.layout.input;
    u8.set(lines, input);
    i32[(slot >> 2) + headInputEnd] = input + lines.length;
    i32[(slot >> 2) + headKind] = kindLines;
    f64[(slot >> 3) + headPublishTimeMs] = Number.POSITIVE_INFINITY;
    f64[(slot >> 3) + headOffset] = offset;
  }
}

/** Where chunks of whole lines end; the lines are shorter than `target`. */
function cutChunks(lines: Uint8Array, target: number): number[] {
  const ends: number[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = Math.min(at + target, lines.length);
    at = end === lines.length ? end : lines.lastIndexOf(lineFeed, end - 1) + 1;
    ends.push(at);
  }
  return ends;
}
