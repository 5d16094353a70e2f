"""`python -m zweck.trials.standin --name Ireland --port 8101`; the secret comes from ZWECK_STANDIN_SECRET.

Who knows the secret can change its mood:
`curl -H "Authorization: Bearer $ZWECK_STANDIN_SECRET" -d "" http://127.0.0.1:8101/mood/down`.
"""

import argparse
import os
import sys
import threading
import time

from zweck.trials.standin.centre import MOODS, Centre
from zweck.trials.standin.server import serve

LOOK_SECONDS = 0.5


def end_with(parent: int) -> None:
    """End this process once it has another parent."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(0)


def main() -> int:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m zweck.trials.standin", description=__doc__)
    parser.add_argument("--name", default="a data centre")
    parser.add_argument("--port", type=int, default=8101)
    parser.add_argument("--mood", choices=MOODS, default="well")
    parser.add_argument("--with", dest="parent", type=int, help="End when the process of this number does.")
    chose = parser.parse_args()
    secret = os.environ.get("ZWECK_STANDIN_SECRET", "")
    if not secret:
        sys.stderr.write("ZWECK_STANDIN_SECRET: set it to what signs the calls (ZWECK_PLACE_<ID>_TRIALS_SECRET)\n")
        return 2
    server = serve(Centre(chose.name, secret, mood=chose.mood), chose.port)
    sys.stdout.write(f"{chose.name} answers at {server.centre.base_url}\n")
    sys.stdout.flush()
    if chose.parent:
        threading.Thread(target=end_with, args=(chose.parent,), daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
