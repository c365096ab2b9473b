"""Draws what stands in for an account's images where it has none: grey, calm, our own. Run by hand when it changes."""

from pathlib import Path

from PIL import Image, ImageDraw

STATIC = Path(__file__).parents[1] / "gardefou" / "app" / "static"
GROUND, FIGURE, RAIL = (221, 224, 228), (176, 182, 190), (202, 207, 213)
SIDE, WIDE, HIGH = 400, 1500, 500
_FINER = 4


def avatar() -> Image.Image:
    """Return a head and shoulders."""
    side = SIDE * _FINER
    image = Image.new("RGB", (side, side), GROUND)
    draw = ImageDraw.Draw(image)
    draw.ellipse((0.33 * side, 0.2 * side, 0.67 * side, 0.54 * side), fill=FIGURE)
    draw.ellipse((0.16 * side, 0.62 * side, 0.84 * side, 1.4 * side), fill=FIGURE)
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def header() -> Image.Image:
    """Return a guard rail along the lower edge."""
    image = Image.new("RGB", (WIDE, HIGH), GROUND)
    draw = ImageDraw.Draw(image)
    for top in (360, 430):
        draw.rectangle((0, top, WIDE, top + 18), fill=RAIL)
    for left in range(60, WIDE, 180):
        draw.rectangle((left, 340, left + 22, HIGH), fill=RAIL)
    return image


if __name__ == "__main__":
    for name, image in (("avatar", avatar()), ("header", header())):
        image.quantize(32).save(STATIC / f"{name}.png", optimize=True)
