"""Schema migrations, run by ``weibo_ops.kernel.migrate``; nothing imports this package."""
