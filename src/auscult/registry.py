"""One read-only table from names to things, with "did you mean …?" for the rest.

Every folder that can be extended (datasets, features, models, augmentations, …) writes out one such
table. An item may be given as ``"package.module:attribute"`` and is then imported when first asked
for, so that a table can list models without importing torch.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Generic, TypeVar

from auscult.errors import ConfigError, MissingExtraError

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """A read-only name table.

    Parameters
    ----------
    kind
        What the names stand for, used in messages ("model", "augmentation").
    items
        Name → thing, or name → ``"package.module:attribute"``.
    extra
        The optional packages that items imported later may need.

    Raises
    ------
    ConfigError
        On looking up an unknown name; the message lists near misses and what there is.
    MissingExtraError
        If importing an item needs a package that is not installed.

    Examples
    --------
    >>> colours = Registry("colour", {"red": 1, "green": 2})
    >>> colours["red"]
    1
    >>> colours["gren"]
    Traceback (most recent call last):
    ...
    auscult.errors.ConfigError: unknown colour 'gren'; did you mean 'green'? There are: green, red
    """

    def __init__(self, kind: str, items: Mapping[str, T | str], extra: str = "train") -> None:
        self.kind = kind
        self.extra = extra
        self._items = dict(items)

    def __getitem__(self, name: str) -> T:
        if name not in self._items:
            from difflib import get_close_matches  # noqa: PLC0415 - only for the message

            near = get_close_matches(name, self._items, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise ConfigError(
                f"unknown {self.kind} {name!r}; {hint}There are: {', '.join(sorted(self._items))}"
            )
        item = self._items[name]
        if isinstance(item, str):
            item = self._items[name] = self._imported(item)
        return item

    def _imported(self, address: str) -> T:
        module, _, attribute = address.partition(":")
        try:
            found: T = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            raise MissingExtraError(str(error.name), self.extra) from error
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
