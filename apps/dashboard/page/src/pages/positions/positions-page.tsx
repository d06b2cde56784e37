/** What is open: its size, price and result, what protects it, and the way out. */
import { useState } from 'react';
import { Page } from '../../parts/page';
import { Panel } from '../../parts/panel';
import { Answer, Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import { ClosePosition } from './close-position';
import { PositionTable, type Position } from './position-table';
import { useMoment } from './use-moment';

export function PositionsPage() {
  const { t } = useWords();
  const { moment, isOld, age } = useMoment();
  const [closing, setClosing] = useState<Position>();
  return (
    <Page name="positions" title={t('nav.positions')} isReady={moment.data !== undefined}>
      <Panel title={t('positions.futures')} isFlush isStale={isOld} aside={age}>
        <Answer of={moment}>
          {(told) => (
            <PositionTable moment={told} onClose={setClosing}>
              <Empty title={t('positions.none')}>{t('positions.noneNext')}</Empty>
            </PositionTable>
          )}
        </Answer>
      </Panel>
      {closing && (
        <ClosePosition position={closing} moment={moment.data} onClose={() => setClosing(undefined)} />
      )}
    </Page>
  );
}
