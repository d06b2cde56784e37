import { ChoiceField, TextField } from '../../parts/field';
import styles from '../../parts/filters.module.css';
import { useWords } from '../../words/use-words';
import type { OrderSearch } from './order-search';

const STATUSES = [
  ...['open', 'closed', 'NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED'],
  ...['DENIED', 'REJECTED', 'EXPIRED', 'UNKNOWN'],
] as const;

interface Parts {
  readonly search: OrderSearch;
  readonly onChange: (search: OrderSearch) => void;
}

/** By state, symbol and bot; what is chosen stands in the address. */
export function OrderFilters({ search, onChange }: Parts) {
  const { t } = useWords();
  return (
    <form className={styles.filters} role="search" onSubmit={(event) => event.preventDefault()}>
      <ChoiceField
        label={t('field.status')}
        value={search.status ?? ''}
        choices={[
          ['', t('orders.all')],
          ...STATUSES.map((status) => [status, t(`order.${status as 'open'}`)] as const),
        ]}
        onChange={({ target }) => onChange({ ...search, status: target.value || undefined })}
      />
      <TextField
        label={t('field.symbol')}
        defaultValue={search.symbol ?? ''}
        key={`symbol-${search.symbol ?? ''}`}
        placeholder="BTCUSDT"
        spellCheck={false}
        onBlur={({ target }) => onChange({ ...search, symbol: target.value })}
        onKeyDown={(event) =>
          event.key === 'Enter' && onChange({ ...search, symbol: event.currentTarget.value })
        }
      />
      <TextField
        label={t('orders.bot')}
        defaultValue={search.bot ?? ''}
        key={`bot-${search.bot ?? ''}`}
        spellCheck={false}
        onBlur={({ target }) => onChange({ ...search, bot: target.value })}
        onKeyDown={(event) =>
          event.key === 'Enter' && onChange({ ...search, bot: event.currentTarget.value })
        }
      />
    </form>
  );
}
