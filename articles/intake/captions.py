"""Captions that were printed on two lines: the credit by itself, or the end of the sentence, on the second."""

import re

from articles.intake import furniture, marks, sentences, signatures, standing_heads
from articles.intake.lines import joined

BEGINS = re.compile(
    f"[{marks.PICTURE_MARKS}]"
    r"|图为|[上下左右]图|\d{1,2}月\d{1,2}日|[近昨今]日|日前|连日|[初深隆][春夏秋冬]|时下|眼下|近年|位于|在"
)


def with_credits(lines, usual):
    """The lines, where a caption that was printed on two has become one: its credit alone, or its end, on the second."""
    done = []
    for line in lines:
        if done and _ends_caption(done, line, usual):
            done[-1] = joined([done[-1], line], apart=marks.is_photo_credit(line.text))
        else:
            done.append(line)
    return done


def _ends_caption(done, other, usual):
    line = done[-1]
    if furniture.is_furniture(line.text) or signatures.tail_byline(line.text) is not None:
        return False
    if marks.is_photo_credit(line.text) or marks.photo_credit(line.text) is not None:
        return False
    if other.gap > usual:  # 王立志 摄 behind a blank line, where nothing but a caption stands before it
        apart = BEGINS.match(line.text) and _stands_alone(done, usual)
        return bool(apart) and other.gap == usual + 1 and marks.is_sure_photo_credit(other.text)
    if marks.is_sure_photo_credit(other.text):
        return len(line.text) > 8 or sentences.ends_a_sentence(line.text)
    if marks.is_photo_credit(other.text):  # 文/图 signs stories too
        return sentences.ends_a_sentence(line.text) and not line.indented and _stands_alone(done, usual)
    if marks.photo_credit(other.text) is None or sentences.may_end(line.text) or BEGINS.match(other.text):
        return False
    return bool(BEGINS.match(line.text)) and ("，" in line.text or bool(marks.caption(line.text)))


def _stands_alone(done, usual):
    """Whether the last line is one paragraph by itself: behind a break, a signed piece, another caption or furniture."""
    if len(done) < 2 or done[-1].gap > usual:
        return True
    before = done[-2].text
    return (
        signatures.tail_byline(before) is not None
        or marks.photo_credit(before) is not None
        or furniture.is_furniture(before)
        or standing_heads.is_surely_of_pictures(standing_heads.column_name(before))
    )
