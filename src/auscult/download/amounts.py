"""How many bytes, for people."""


def amount(n_bytes: int) -> str:
    """Return ``n_bytes`` in decimal units, as publishers do.

    Examples
    --------
    >>> amount(512), amount(14_000_000), amount(449_500_000), amount(1_011_400_000)
    ('512 B', '14 MB', '450 MB', '1.0 GB')
    """
    size = float(n_bytes)
    for unit in ("B", "kB", "MB"):
        if round(size) < 1_000:  # noqa: PLR2004 - a kilo
            return f"{size:.0f} {unit}"
        size /= 1_000
    return f"{size:.1f} GB"
