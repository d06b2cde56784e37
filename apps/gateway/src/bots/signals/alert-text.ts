/** What is pasted into the message of a TradingView alert: its placeholders stand for the strategy's position and time. */
export const alertText = (secret: string): string =>
  JSON.stringify(
    {
      secret,
      id: '{{ticker}}-{{interval}}-{{time}}-{{strategy.market_position}}',
      action: '{{strategy.market_position}}',
      time: '{{timenow}}',
      note: '{{strategy.order.comment}}',
    },
    undefined,
    2,
  );
