/** One call of one public client: passing is answering without an error, and with what the client must then know. */
export const caseOf = (client) => (call, run) => ({ client, call, run });

/** Passes when the call is refused with an error of this class. */
export async function refusedWith(wanted, call) {
  const error = await call().then(
    () => new Error('it was not refused'),
    (thrown) => thrown,
  );
  if (!(error instanceof wanted)) throw new Error(`${wanted.name} was expected, not ${String(error)}`);
}

/** Waits until the condition holds. */
export async function until(what, condition, withinMs = 15_000) {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Tells the paper exchange's admin port to do something. */
export async function admin(venue, method, path, body = {}) {
  const response = await fetch(`${venue.admin}${path}`, {
    method,
    body: method === 'GET' ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
