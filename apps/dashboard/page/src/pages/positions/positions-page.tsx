/** What is open: its size, price and result, what protects it, and the way out. */
import { useState } from 'react';
import { useAnswer } from '../../api/use-answer';
import { Age, useIsOld } from '../../parts/age';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { ClosePosition } from './close-position';
import { PositionTable, type Position } from './position-table';

const EVERY_MS = 2_000;
const OLD_MS = 6_000;

export function PositionsPage() {
  const { t } = useWords();
  const positions = useAnswer('/api/v1/open_positions', {}, { everyMs: EVERY_MS });
  const isOld = useIsOld(positions.dataUpdatedAt, OLD_MS);
  const [closing, setClosing] = useState<Position>();
  return (
    <Page name="positions" title={t('nav.positions')} isReady={positions.data !== undefined}>
      <Panel
        title={t('positions.futures')}
        isFlush
        isStale={isOld}
        aside={<Age receivedAtMs={positions.dataUpdatedAt} oldMs={OLD_MS} />}
      >
        <Answer of={positions}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t('positions.none')}>{t('positions.noneNext')}</Empty>
            ) : (
              <PositionTable positions={items} onClose={setClosing} />
            )
          }
        </Answer>
      </Panel>
      {closing && (
        <ClosePosition
          position={closing}
          now={positions.data?.items.find(({ symbol }) => symbol === closing.symbol)}
          onClose={() => setClosing(undefined)}
        />
      )}
    </Page>
  );
}
