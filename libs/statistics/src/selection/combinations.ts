/** Every choice of `size` of the numbers 0 to `count` - 1, each in rising order. */
export function* combinations(count: number, size: number): Generator<readonly number[]> {
  const chosen = Array.from({ length: size }, (_, place) => place);
  for (;;) {
    yield chosen;
    let place = size - 1;
    while (chosen[place] === count - size + place) place -= 1;
    if (place < 0) return;
    chosen[place] = chosen[place]! + 1;
    for (let next = place + 1; next < size; next += 1) chosen[next] = chosen[next - 1]! + 1;
  }
}
