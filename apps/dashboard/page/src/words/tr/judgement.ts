import type { en } from '../en/judgement';

export const tr: Readonly<Record<keyof typeof en, string>> = {
  'judgement.title': 'Canlıya geçiş kararı',
  'judgement.judge': 'Şimdi değerlendir',
  'judgement.running': 'Değerlendiriliyor; birkaç saniye sürer.',
  'judgement.none': 'Henüz değerlendirilmedi',
  'judgement.noneNext':
    'Değerlendirin: her kapı ne bulduğunu ve gerçek paradan önce neyin eksik olduğunu söyler.',
  'judgement.days': '{days} gün daha gerekiyor; en erken {day}',
  'judgement.approve': 'Onaylandı',
  'judgement.reject': 'Reddedildi',
  'judgement.report': 'Tüm kapılar',
  'judgement.reason': 'Onay veya ret nedeniniz',
  'judgement.twoPeople': 'İki ayrı kişi onaylar; izin ikincisiyle başlar.',
  'judgement.doApprove': 'Onayla',
  'judgement.doReject': 'Reddet',
  'verdict.GO': 'GEÇ',
  'verdict.GO_LIMITED': 'GEÇ, en küçük emirlerle',
  'verdict.NOT_YET': 'HENÜZ DEĞİL',
  'verdict.NO_GO': 'GEÇME',
  'gate.pass': 'geçti',
  'gate.fail': 'kaldı',
  'gate.unknown': 'henüz bilinmiyor',
};
