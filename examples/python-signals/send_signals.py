"""A model outside Elvis: reads candles, decides, sends a signal. Python 3.9 or later, nothing to install.

    URL=http://127.0.0.1:3000 API_KEY=... BOT=<id> SECRET=sig_... python3 send_signals.py BTCUSDT

Runs once; call it each minute. The same minute has the same id, so a second call changes nothing.
"""
import hashlib
import json
import os
import sys
from datetime import datetime, timedelta, timezone
from urllib.request import Request, urlopen

FAST, SLOW = 8, 21


def candles(url, key, symbol, minutes):
    """Closed minutes, oldest first."""
    now = datetime.now(timezone.utc)
    since = now - timedelta(minutes=minutes)
    query = f"from={since:%Y-%m-%dT%H:%M:00Z}&to={now:%Y-%m-%dT%H:%M:00Z}"
    request = Request(f"{url}/api/v1/candles/{symbol}/ndjson?{query}", headers={"X-API-Key": key})
    with urlopen(request, timeout=30) as lines:
        return [row for row in map(json.loads, lines) if row["isSealed"]]


def average(values):
    return sum(values) / len(values)


def decide(closes):
    """The model: put your own here. Answers the action and how sure it is, from 0 to 1."""
    fast, slow = average(closes[-FAST:]), average(closes[-SLOW:])
    sure = min(1.0, abs(fast / slow - 1) * 500)
    return ("LONG" if fast > slow else "EXIT"), round(sure, 4)


def main(symbol):
    url, key, bot, secret = (os.environ[name] for name in ("URL", "API_KEY", "BOT", "SECRET"))
    rows = candles(url, key, symbol, SLOW * 4)
    if len(rows) < SLOW:
        sys.exit(f"Only {len(rows)} candles of {symbol}; {SLOW} are needed. Nothing was sent")
    closes = [float(row["close"]) for row in rows]
    action, confidence = decide(closes)
    with open(__file__, "rb") as source:
        model = hashlib.sha256(source.read()).hexdigest()[:16]
    features = hashlib.sha256(json.dumps(closes[-SLOW:]).encode()).hexdigest()[:16]
    signal = {
        "secret": secret,
        "id": f"{symbol}-{rows[-1]['openTime']}",
        "action": action,
        "confidence": str(confidence),
        "model": f"sha256:{model}",
        "features": f"sha256:{features}",
        "time": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    request = Request(
        f"{url}/api/v1/signals/{bot}",
        data=json.dumps(signal).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urlopen(request, timeout=30) as answer:
        print(action, confidence, answer.read().decode())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "BTCUSDT")
