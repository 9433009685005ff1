/** First in, first out; removing does not move what is behind. */
export class Fifo<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  first(): T {
    if (this.length === 0) throw new Error('the queue is empty');
    return this.#items[this.#head];
  }

  last(): T {
    if (this.length === 0) throw new Error('the queue is empty');
    return this.#items[this.#items.length - 1];
  }

  shift(): T {
    const item = this.first();
    // The slot lets go of what it held, and the array of its slots once half of them are empty.
    this.#items[this.#head++] = undefined as T;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
