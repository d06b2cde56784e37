/**
 * Who is behind an actor: the user whose token or key it is, and who made that key, and who made the key with which it
 * was made, to the end. A key of the environment stands in it as itself: nobody knows who holds it.
 */
import { ArrayMaxSize, IsArray, Matches } from 'class-validator';

/** `user:<id>`, or `key:<name>` where the holder is not known. */
const PERSON = /^(user|key):[A-Za-z0-9-]{1,64}$/;

export const ArePersons = (): PropertyDecorator => (target, property) => {
  IsArray()(target, property);
  ArrayMaxSize(16)(target, property);
  Matches(PERSON, { each: true })(target, property);
};

export const userPerson = (userId: string): string => `user:${userId}`;
