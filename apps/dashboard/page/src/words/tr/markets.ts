import type { en } from '../en/markets';

export const tr: Readonly<Record<keyof typeof en, string>> = {
  'markets.find': 'Ara',
  'markets.market': 'Piyasa',
  'markets.order': 'Sıra',
  'markets.by.symbol': 'Ada göre',
  'markets.by.quote': 'Fiyat birimine göre',
  'markets.by.smallest': 'En küçük emre göre',
  'markets.assets': 'Varlıklar',
  'markets.tickSize': 'Fiyat adımı',
  'markets.stepSize': 'Miktar adımı',
  'markets.minNotional': 'En küçük emir',
  'markets.trading': 'İşlemde',
  'markets.resting': 'İşlem yok',
  'markets.none': 'Bu adda sembol yok',
  'markets.noneNext': 'Adının bir parçasını ya da öbür piyasada arayın.',
};
