"""Run every benchmark, or those named: `python -m bench [NAME …]`."""

import importlib
import sys

NAMES = (
    "import_posts",
    "hide_restore",
    "startup",
    "deciding",
    "ledger",
    "reading",
    "gone",
    "streaming",
    "intake",
    "bulk",
    "queue",
    "storm",
    "visible",
)


def main() -> int:
    """Run them one after another."""
    wanted = sys.argv[1:] or NAMES
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in wanted:
        importlib.import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
