/** Runs one client's cases against a venue given as JSON, and prints a line of JSON for each. */
const [, , suite, venueText] = process.argv;
const venue = JSON.parse(venueText);
const { default: unused, ...exported } = await import(`./${suite}.mjs`);
const [cases] = Object.values(exported);
const log = console.log;
console.log = console.info = console.debug = () => undefined;
for (const { client, call, run } of await cases(venue)) {
  const error = await Promise.race([
    run().then(
      () => undefined,
      (thrown) =>
        thrown instanceof Error ? `${thrown.name}: ${thrown.message.slice(0, 500)}` : JSON.stringify(thrown),
    ),
    new Promise((resolve) => setTimeout(() => resolve('no end within 30 s'), 30_000).unref()),
  ]);
  log(JSON.stringify({ client, call, error }));
}
process.exit(0);
