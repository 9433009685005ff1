/** Entries that somebody reads: what is given back when each is released. Tokens are slot numbers. */
export class HeldEntries {
  #segments = new Int32Array(64);
  #messages = new Int32Array(64);
  #bytes = new Int32Array(64);
  #buffers: (Uint8Array | undefined)[] = [];
  #free = new Int32Array(64);
  #freeSlots = 0;
  #slots = 0;

  get length(): number {
    return this.#slots - this.#freeSlots;
  }

  /** @param segment of the arena; -1: none @returns a token */
  hold(segment: number, messages: number, bytes: number, buffer: Uint8Array | undefined): number {
    let slot: number;
    if (this.#freeSlots > 0) slot = this.#free[--this.#freeSlots];
    else {
      if (this.#slots === this.#segments.length) this.#grow();
      slot = this.#slots++;
    }
    this.#segments[slot] = segment;
    this.#messages[slot] = messages;
    this.#bytes[slot] = bytes;
    this.#buffers[slot] = buffer;
    return slot;
  }

  segmentOf(token: number): number {
    return this.#segments[token];
  }

  /** -1: it is not held. */
  messagesOf(token: number): number {
    return token >= 0 && token < this.#slots ? this.#messages[token] : -1;
  }

  bytesOf(token: number): number {
    return this.#bytes[token];
  }

  bufferOf(token: number): Uint8Array | undefined {
    return this.#buffers[token];
  }

  drop(token: number): void {
    this.#messages[token] = -1;
    this.#buffers[token] = undefined;
    this.#free[this.#freeSlots++] = token;
  }

  #grow(): void {
    this.#segments = doubled(this.#segments);
    this.#messages = doubled(this.#messages);
    this.#bytes = doubled(this.#bytes);
    this.#free = doubled(this.#free);
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(2 * array.length);
  grown.set(array);
  return grown;
}
