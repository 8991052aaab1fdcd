#!/usr/bin/env python3
"""Draw static/img/share.png: the picture beside a shared link of a page that has none of its own.

A front page in the site's colours, without a word on it: the desk's name is a setting. 1200 × 630 pixels, as Open Graph
and WeChat like it, with what matters in the middle square, which is all that a chat shows. Run it again after a change.
"""

from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (1200, 630)
RED, PAPER, INK, GREY, PALE = "#a3171b", "#fbf8f2", "#1d1b19", "#b9b2a6", "#e4ded2"
LEFT, TOP, RIGHT, BOTTOM = 330, 60, 870, 630  # the sheet, its foot cut off by the edge
OUT = Path(__file__).resolve().parent.parent / "static/img/share.png"


def main():
    picture = Image.new("RGB", SIZE, RED)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((LEFT, TOP, RIGHT, BOTTOM), fill=PAPER)
    draw.rectangle((LEFT + 40, TOP + 40, RIGHT - 40, TOP + 130), fill=RED)  # the name's place
    draw.rectangle((LEFT + 40, TOP + 146, RIGHT - 40, TOP + 152), fill=INK)  # double rule
    draw.rectangle((LEFT + 40, TOP + 157, RIGHT - 40, TOP + 158), fill=INK)
    draw.rectangle((LEFT + 40, TOP + 184, RIGHT - 40, TOP + 212), fill=INK)  # headline
    draw.rectangle((LEFT + 40, TOP + 226, LEFT + 330, TOP + 254), fill=INK)
    middle = (LEFT + RIGHT) // 2
    draw.rectangle((LEFT + 40, TOP + 284, middle - 15, TOP + 470), fill=PALE)  # picture
    draw.polygon(
        [(LEFT + 40, TOP + 470), (LEFT + 120, TOP + 370), (LEFT + 180, TOP + 430), (LEFT + 215, TOP + 396),
         (middle - 15, TOP + 470)],
        fill=GREY,
    )  # fmt: skip
    draw.ellipse((LEFT + 190, TOP + 310, LEFT + 222, TOP + 342), fill=RED)
    for line, top in enumerate(range(TOP + 284, BOTTOM, 24)):
        short = 60 if line % 6 == 5 else 0  # a paragraph ends
        draw.rectangle((middle + 15, top, RIGHT - 40 - short, top + 8), fill=GREY)
    for top in range(TOP + 494, BOTTOM, 24):
        draw.rectangle((LEFT + 40, top, middle - 15, top + 8), fill=GREY)
    picture.quantize(16).save(OUT, optimize=True)


if __name__ == "__main__":
    main()
