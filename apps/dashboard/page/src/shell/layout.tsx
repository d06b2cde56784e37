/** What stands around every page: where one is, whether trading goes on, and the halt. */
import { Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { Button } from '../parts/button';
import { Loading } from '../parts/told';
import { SignIn } from '../session/sign-in';
import { useSession } from '../session/use-session';
import { WhyAsked } from '../why/why';
import { useWords } from '../words/use-words';
import styles from './frame/frame.module.css';
import { LiveLine } from './frame/live-line';
import { Navigation } from './frame/navigation';
import { TradingState } from './frame/trading-state';
import { HaltButton } from './halt/halt-button';
import { useStream } from './use-stream';

export function Layout() {
  const { status } = useSession();
  if (status === 'beginning') return <Loading />;
  return status === 'signed-in' ? <Frame /> : <SignIn />;
}

function Frame() {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  useStream();
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        {t('nav.skip')}
      </a>
      <header className={styles.bar}>
        <Button
          className={styles.menu}
          aria-expanded={isOpen}
          aria-controls="navigation"
          onClick={() => setOpen(!isOpen)}
        >
          <span aria-hidden="true">☰</span> {t('nav.menu')}
        </Button>
        <span className={styles.name}>Elvis</span>
        <TradingState />
        <LiveLine />
        <HaltButton />
      </header>
      <Navigation isOpen={isOpen} onChoice={() => setOpen(false)} />
      <div className={styles.content}>
        <Outlet />
        <footer className={styles.foot}>
          <a href="/stop">{t('nav.stopPage')}</a>
          <a href="/docs">{t('nav.api')}</a>
          <a href="https://www.tradingview.com/lightweight-charts/" rel="noreferrer">
            {t('nav.charts')}
          </a>
        </footer>
      </div>
      <WhyAsked />
    </div>
  );
}
