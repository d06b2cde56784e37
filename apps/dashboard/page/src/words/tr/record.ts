import type { en } from '../en/record';

export const tr: Readonly<Record<keyof typeof en, string>> = {
  'record.id': 'Herhangi bir kimlik: emir, gerçekleşme, karar, iz, adım, denetim no.',
  'record.ask': 'Zincirini göster',
  'record.chainOf': '{id} zinciri',
  'record.log': 'Denetim kaydı',
  'record.none': 'Denetim kaydı boş',
  'record.noneNext': 'Her emir, karar, gerçekleşme ve sınır değişikliği özetiyle buraya yazılır.',
  'record.seq': 'No.',
  'record.actor': 'Yapan',
  'record.about': 'Konu',
  'record.hash': 'Özet',
  'record.entry': '{seq} numaralı kayıt',
  'record.noEntry': 'Denetim kaydında görebileceğiniz {seq} numaralı kayıt yok',
  'record.written': 'Yazıldı',
  'record.trace': 'İz',
};
