/**
 * Refuses passwords that are guessed early: those of the lists of leaked ones, alone or with something behind them,
 * rows of the keyboard, repeats, and words that stand for this system or its user. It asks for no kind of character.
 */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { TradingFailure } from '@elvis/trading';

/** Words of this place, for docs/api.md and OWASP ASVS 6.1.2. */
const OWN_WORDS = ['elvis', 'binance', 'trading', 'gateway'] as const;
/** 10^8 guesses and more. */
const ENOUGH = 3;

const strength = new ZxcvbnFactory({
  dictionary: { 'passwords-common': dictionary['passwords-common'] },
  graphs: { qwerty: adjacencyGraphs.qwerty },
  // Both bound the time that a hostile text takes, to about 50 ms. The beginning of a password has to be good by itself.
  maxLength: 40,
  l33tMaxSubstitutions: 16,
});

/** @throws TradingFailure PASSWORD_WEAK */
export function requireStrongPassword(password: string, email: string): void {
  const words = [...OWN_WORDS, email, ...email.split(/[@.+_-]/)].filter((word) => word.length > 2);
  if (strength.check(password, words).score >= ENOUGH) return;
  throw new TradingFailure(
    'PASSWORD_WEAK',
    'This password is easy to guess: it is too short, or close to a leaked password, a repeat, a keyboard sequence, the e-mail address or a word of this system. Choose several unrelated words',
  );
}
