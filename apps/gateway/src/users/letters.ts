/** What users are written, in English or Turkish. They carry no links: an address in a mail invites one that is not ours. */
import { Letter } from './mail';

interface Words {
  readonly subject: string;
  readonly text: string;
}

type Language = 'en' | 'tr';

export interface Addressee {
  readonly email: string;
  readonly locale: string | null;
}

const write = ({ email, locale }: Addressee, words: Record<Language, Words>): Letter => ({
  to: email,
  ...words[locale?.startsWith('tr') ? 'tr' : 'en'],
});

export const resetLetter = (to: Addressee, token: string): Letter =>
  write(to, {
    en: {
      subject: 'Elvis: choose a new password',
      text: `A new password was requested for this address. If you requested it, choose one within 30 minutes:\n\n  POST /api/v1/auth/reset\n  {"token": "${token}", "password": "..."}\n\nThe token works once. If you did not request it, do nothing: your password is unchanged.\n`,
    },
    tr: {
      subject: 'Elvis: yeni parola seçin',
      text: `Bu adres için yeni bir parola istendi. Siz istediyseniz yarım saat içinde seçin:\n\n  POST /api/v1/auth/reset\n  {"token": "${token}", "password": "..."}\n\nBelirteç bir kez geçerlidir. Siz istemediyseniz bir şey yapmayın: parolanız değişmedi.\n`,
    },
  });

export const passwordChangedLetter = (to: Addressee): Letter =>
  write(to, {
    en: {
      subject: 'Elvis: your password was changed',
      text: 'The password for this address was changed, and all earlier sessions were ended. If this was not you, contact an administrator immediately.\n',
    },
    tr: {
      subject: 'Elvis: parolanız değiştirildi',
      text: 'Bu adresin parolası değiştirildi ve önceki bütün oturumlar kapatıldı. Siz değilseniz hemen bir yöneticiye haber verin.\n',
    },
  });

export const alreadyRegisteredLetter = (to: Addressee): Letter =>
  write(to, {
    en: {
      subject: 'Elvis: this address is already registered',
      text: 'A registration with this address was refused because it is already registered. Nothing was changed. If you have lost the password, request a new one: POST /api/v1/auth/forgot.\n',
    },
    tr: {
      subject: 'Elvis: bu adresin zaten bir kullanıcısı var',
      text: 'Bu adresle kayıt olunmak istendi. Adresin zaten bir kullanıcısı var ve hiçbir şey değişmedi. Parolanızı kaybettiyseniz yenisini isteyin: POST /api/v1/auth/forgot.\n',
    },
  });
