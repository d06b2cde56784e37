/** Whatever ended a call, as its sender is told; a person is told of what should not come about. */
import { LOG, Log } from '@elvis/platform';
import { Inject, Injectable } from '@nestjs/common';
import { GivenAnswer } from '../replay/replays';
import { refusalBody, refusalHeaders } from '../words/domain/answer';
import { Asked } from '../words/domain/words';
import { answerOf } from '../words/front-refusal';

@Injectable()
export class FrontRefusals {
  constructor(@Inject(LOG) private readonly log: Log) {}

  /** @param call method and path, for the log */
  given(error: unknown, asked: Asked, call: string): GivenAnswer {
    const answer = answerOf(error, asked);
    if (answer.words.isAlarm)
      this.log.error(
        { err: error, call },
        'A call of the Binance front was refused for a reason that a person should look at',
      );
    return { status: answer.words.status, body: refusalBody(answer), headers: refusalHeaders(answer) };
  }
}
