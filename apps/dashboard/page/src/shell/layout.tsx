import { Outlet } from '@tanstack/react-router';

/** What stands around every page. */
export function Layout() {
  return (
    <>
      <header>
        <a href="/stop">Stop trading</a>
      </header>
      <Outlet />
    </>
  );
}
