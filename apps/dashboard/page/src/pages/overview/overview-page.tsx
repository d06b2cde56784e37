/** Everything at a glance. */
export function OverviewPage() {
  return (
    <main data-page="overview">
      <h1>Overview</h1>
    </main>
  );
}
