/**
 * Does something for each of many, some of them at a time, in the order given. Fails with the first that fails; what was begun by
 * then is not waited for.
 */
export async function together<One>(
  all: readonly One[],
  at_once: number,
  act: (one: One) => Promise<unknown>,
): Promise<void> {
  const waiting = [...all];
  const goOn = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: at_once }, goOn));
}
