"""Whether a file is of the sort that its name says, by the bytes that it begins with."""

HEAD = 1024  # bytes that are read
_OFFICE = (b"PK\x03\x04",)  # docx and its like are archives
_BEGINNINGS = {
    "webm": (b"\x1a\x45\xdf\xa3",), "zip": (b"PK\x03\x04", b"PK\x05\x06"), "docx": _OFFICE, "xlsx": _OFFICE, "pptx": _OFFICE,
}  # fmt: skip


def is_as_named(file):
    """Whether an uploaded file may be what its extension says; of sorts that begin in many ways nothing is known."""
    extension = file.name.rpartition(".")[2].lower()
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if extension == "mp4":
        return head[4:8] == b"ftyp"
    if extension == "pdf":
        return b"%PDF-" in head
    return head.startswith(_BEGINNINGS.get(extension, b""))
