"""Images as clients read them."""

from typing import Any

from sqlalchemy import RowMapping


def media(row: RowMapping, *, site: str) -> dict[str, Any]:
    """Return an image as a media attachment.

    Args:
        row: of `net_media`.
        site: where people reach us, without a slash at the end.
    """
    sizes = {name: _size(row[f"{prefix}width"], row[f"{prefix}height"]) for name, prefix in _SIZES.items()}
    return {
        "id": str(row["id"]),
        "type": "image",
        "url": f"{site}/media/{row['id']}/original",
        "preview_url": f"{site}/media/{row['id']}/preview",
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": {**sizes, "focus": {"x": row["focus_x"], "y": row["focus_y"]}},
        "description": row["description"] or None,
        "blurhash": None,
    }


_SIZES = {"original": "", "small": "preview_"}


def _size(width: int, height: int) -> dict[str, Any]:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}
