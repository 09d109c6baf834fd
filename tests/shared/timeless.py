"""Records without what differs from one run to the next."""


def timeless(record):
    """Return a record without the times that it took."""
    return {name: value for name, value in record.items() if name not in ("seconds", "compile_seconds")}
