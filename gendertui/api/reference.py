"""Which bundle a pickled model means: it travels as a name, a folder and a hash, and is opened where it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from gendertui.model.bundle.bundle import Bundle


@dataclass(frozen=True)
class Reference:
    """A bundle, as another process finds it again."""

    name: str
    folder: str
    """Absolute."""
    contents: str
    """:attr:`gendertui.model.bundle.manifest.Manifest.contents_hash`."""

    @classmethod
    def of(cls, bundle: Bundle) -> Reference:
        """That of an open bundle."""
        return cls(bundle.name, str(bundle.folder.absolute()), bundle.manifest.contents_hash)

    def open(self) -> Bundle:
        """The bundle: the one in its folder, else the model of the store that is the same to the last weight.

        :raises GendertuiError: it is in neither place, is another by now, or is broken.
        """
        from gendertui.model import store
        from gendertui.model.bundle.bundle import Bundle
        from gendertui.model.bundle.replacing import is_there

        folder = Path(self.folder)
        changed = is_there(folder)
        if changed and (bundle := Bundle.load(folder)).manifest.contents_hash == self.contents:
            return bundle
        for model in store.list_models():
            if not model.broken and (bundle := Bundle.load(model.folder)).manifest.contents_hash == self.contents:
                return bundle
            if not changed and model.name == self.name:
                folder, changed = model.folder, True
        if changed:
            raise GendertuiError(
                f"the model {self.name} is not the one that was sent here: it has been trained or replaced since",
                where=str(folder),
                hint="Load it again with gendertui.load where it was sent from, and bring the same one here: "
                f"gendertui models pull HOST {self.name}.",
                code=ExitCode.MODEL,
            )
        raise GendertuiError(
            f"the model {self.name}, which was sent here by reference, is not on this machine",
            where=self.folder,
            hint=f"Bring it here: gendertui models pull HOST {self.name}. Or keep it in a folder that both see.",
            code=ExitCode.MODEL,
        )
