"""The frame: kernel, documents, migrations, composition root and door of weibo-ops."""

__version__ = "0.1.0"
