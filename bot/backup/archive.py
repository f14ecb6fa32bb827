"""The one file of a backup: an archive with its manifest first, readable by its owner alone."""

from __future__ import annotations

import os
import tarfile
import zlib
from contextlib import suppress
from pathlib import Path

from bot.backup import manifest
from bot.backup.manifest import Manifest
from bot.errors import ConflictError

_BROKEN = (tarfile.TarError, EOFError, zlib.error, OSError)


def pack(content: Manifest, folder: Path, target: Path) -> None:
    """Write an archive, all of it or none.

    Args:
        content: What is in it.
        folder: Where its parts are, each by its name.
        target: The archive; it must not be there yet.

    Raises:
        ConflictError: It is there, or cannot be written.
    """
    part = target.with_name(f"{target.name}.part")
    (folder / manifest.NAME).write_bytes(content.write())
    try:
        with (
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive,
        ):
            for name in (manifest.NAME, *(each.name for each in content.parts)):
                archive.add(folder / name, arcname=name, recursive=False)
            archive.close()
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a renaming, takes the place of nothing that somebody has put there meanwhile.
        target.hardlink_to(part)
    except FileExistsError as error:
        raise ConflictError(f"{target} is there already. Choose another name.") from error
    except OSError as error:
        raise ConflictError(f"{target} could not be written: {error.strerror}. Nothing was saved.") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> Manifest:
    """Write the parts of an archive into a folder, and make sure that each is what it was.

    Args:
        source: The archive.
        folder: An empty folder.

    Raises:
        ConflictError: It is no backup, or not whole any more.
    """
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            first = archive.next()
            file = archive.extractfile(first) if first is not None and first.name == manifest.NAME else None
            if file is None:
                raise ConflictError(f"{source} is no backup of Frontdesk.")
            content = manifest.read(file.read())
            expected = {part.name for part in content.parts}
            for member in archive:
                if member.name != manifest.NAME:
                    if member.name not in expected or not member.isfile():
                        raise ConflictError(f"{source} holds {member.name}, which its {manifest.NAME} does not name.")
                    archive.extract(member, folder, filter="data")
    except FileNotFoundError as error:
        raise ConflictError(f"{source} is not there.") from error
    except _BROKEN as error:
        raise ConflictError(f"{source} is no backup of Frontdesk, or only part of one.") from error
    for part in content.parts:
        path = folder / part.name
        if not path.is_file() or path.stat().st_size != part.size or manifest.checksum(path) != part.sha256:
            raise ConflictError(f"{part.name} in {source} is not what was saved: its checksum is another.")
    return content
