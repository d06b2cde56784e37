import type { en } from '../en/overview';

export const tr: Readonly<Record<keyof typeof en, string>> = {
  'overview.account': 'Hesap',
  'overview.equity': 'Varlık',
  'overview.day': 'Bugün (UTC)',
  'overview.drawdown': 'En yükseğin altında',
  'overview.unrealized': 'Gerçekleşmemiş',
  'overview.openOrders': 'Açık emirler',
  'overview.atMost': 'en çok kayıp',
  'overview.noBound': 'sınır konmamış',
  'overview.noPositionsNext': 'İşlem sayfasında alıp satın ya da bir programa anahtar verin:',
  'overview.latest': 'Son emirler',
  'overview.allOrders': 'Tüm emirler',
  'overview.noOrders': 'Henüz emir gönderilmedi',
  'overview.allAlerts': 'Tüm uyarılar',
  'overview.noBots': 'Henüz bot yok',
  'overview.noBotsNext': 'Bir strateji bot olarak çalışır: Botlar sayfasında bir tane yapın.',
  'overview.details': 'Ayrıntılar',
  'overview.freezes': '{count} bekletme yürürlükte',
  'overview.connections': '{wanted} bağlantının {live} kadarı canlı',
};
