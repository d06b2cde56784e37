/** Where one can go. On a narrow screen it opens below the bar and closes with the choice. */
import { Link } from '@tanstack/react-router';
import type { WordKey } from '../../words/words';
import { useWords } from '../../words/use-words';
import styles from './frame.module.css';

const GROUPS = [
  {
    name: 'nav.now',
    items: [
      ['/', 'nav.overview'],
      ['/positions', 'nav.positions'],
      ['/orders', 'nav.orders'],
      ['/fills', 'nav.fills'],
    ],
  },
  {
    name: 'nav.market',
    items: [
      ['/trade', 'nav.trade'],
      ['/markets', 'nav.markets'],
    ],
  },
  {
    name: 'nav.automation',
    items: [
      ['/bots', 'nav.bots'],
      ['/research', 'nav.research'],
    ],
  },
  {
    name: 'nav.control',
    items: [
      ['/alerts', 'nav.alerts'],
      ['/risk', 'nav.risk'],
      ['/exchange', 'nav.exchange'],
      ['/record', 'nav.record'],
      ['/settings', 'nav.settings'],
    ],
  },
] as const satisfies readonly {
  readonly name: WordKey;
  readonly items: readonly (readonly [to: string, text: WordKey])[];
}[];

export function Navigation({
  isOpen,
  onChoice,
}: {
  readonly isOpen: boolean;
  readonly onChoice: () => void;
}) {
  const { t } = useWords();
  return (
    <nav
      id="navigation"
      className={styles.navigation}
      data-open={isOpen || undefined}
      aria-label={t('nav.pages')}
    >
      {GROUPS.map(({ name, items }) => (
        <div key={name} className={styles.group}>
          <p className={styles.groupName}>{t(name)}</p>
          <ul>
            {items.map(([to, text]) => (
              <li key={to}>
                <Link
                  to={to}
                  className={styles.link}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  onClick={onChoice}
                >
                  {t(text)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
