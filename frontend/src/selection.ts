// Which pictures are selected on the wall; and whether a touch or click selects.

class Selection {
  active = false;
  readonly numbers = new Set<number>();
  private anchor: number | null = null; // place in the order from which a range is selected

  toggle(n: number, index: number): void {
    this.active = true;
    if (!this.numbers.delete(n)) this.numbers.add(n);
    this.anchor = index;
  }

  // Everything between the place that was selected last and this one.
  upTo(index: number, number: (index: number) => number | undefined): void {
    this.active = true;
    const from = this.anchor ?? index;
    for (let i = Math.min(from, index); i <= Math.max(from, index); i += 1) {
      const n = number(i);
      if (n !== undefined) this.numbers.add(n);
    }
    this.anchor ??= index;
  }

  all(numbers: Iterable<number>): void {
    this.active = true;
    for (const n of numbers) this.numbers.add(n);
  }

  begin(): void {
    this.active = true;
  }

  end(): void {
    this.active = false;
    this.anchor = null;
    this.numbers.clear();
  }
}

export const selection = new Selection();
