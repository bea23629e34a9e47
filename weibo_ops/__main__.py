"""``python -m weibo_ops`` is the same door as ``weibo-ops``."""

from weibo_ops.cli import main

main()
