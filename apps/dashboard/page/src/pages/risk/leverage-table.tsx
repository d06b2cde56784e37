/** How much leverage each symbol may carry, as it is wanted and as the exchange caps it. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/api';
import { ActButton, Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import table from '../../parts/table.module.css';
import { Empty } from '../../parts/told';
import { useWords } from '../../words/use-words';
import type { Limits } from './limits';

export function LeverageTable({ leverage }: { readonly leverage: Limits['leverage'] }) {
  const { t } = useWords();
  const [symbol, setSymbol] = useState<string>();
  const rows = Object.entries(leverage);
  if (rows.length === 0) return <Empty title={t('risk.noLeverage')}>{t('risk.noLeverageNext')}</Empty>;
  return (
    <>
      <table className={table.table}>
        <thead>
          <tr>
            <th>{t('field.symbol')}</th>
            <th className={table.figure}>{t('risk.wanted')}</th>
            <th className={table.figure}>{t('risk.cap')}</th>
            <th>
              <span className={table.hidden}>{t('risk.change')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, { wanted, cap }]) => (
            <tr key={name}>
              <td>{name}</td>
              <td className={table.figure}>{wanted}×</td>
              <td className={table.figure}>{cap === null ? t('risk.noCap') : `${cap}×`}</td>
              <td className={table.acts}>
                <Button onClick={() => setSymbol(name)}>{t('risk.change')}</Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {symbol !== undefined && (
        <ChangeLeverage
          symbol={symbol}
          wanted={leverage[symbol]?.wanted ?? 1}
          onClose={() => setSymbol(undefined)}
        />
      )}
    </>
  );
}

interface Change {
  readonly symbol: string;
  readonly wanted: number;
  readonly onClose: () => void;
}

function ChangeLeverage({ symbol, wanted, onClose }: Change) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [text, setText] = useState(`${wanted}`);
  const isWhole = /^[1-9]\d{0,2}$/.test(text.trim());
  const set = async (): Promise<void> => {
    await call('put', '/api/v1/leverage/{symbol}', { names: { symbol }, body: { leverage: Number(text) } });
    await queries.invalidateQueries({ queryKey: ['/api/v1/risk/limits'] });
  };
  return (
    <Dialog title={t('risk.leverageOf', { symbol })} onClose={onClose}>
      <TextField
        label={t('risk.leverage')}
        note={t('risk.leverageNote')}
        value={text}
        inputMode="numeric"
        autoFocus
        onChange={({ target }) => setText(target.value)}
      />
      <ActButton scope="limits" look="main" disabled={!isWhole} onAct={set}>
        {t('risk.set')}
      </ActButton>
    </Dialog>
  );
}
