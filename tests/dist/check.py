"""What `make check-dist` runs. ONLY=kills or ONLY=hosts picks. The last line is `N passed, N failed`."""
import os
import signal
import sys

import hosts
import kills

# An exit ends what was started, and removes what was made.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
chosen = os.environ.get("ONLY", "kills hosts")
results = [good for part in (kills, hosts) if part.__name__ in chosen for good in part.main()]
print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
sys.exit(not all(results))
