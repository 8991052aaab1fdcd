"""The words of a byline that say who did what: which role each one gives, and which one this desk prints for a role."""

import re
from typing import NamedTuple

from articles.vocabulary import Role

PEOPLE = {
    "首席记者": Role.CHIEF_REPORTER,
    "见习记者": Role.TRAINEE_REPORTER,
    "实习记者": Role.INTERN_REPORTER,
    "特约记者": Role.SPECIAL_REPORTER,
    "记者": Role.REPORTER,
    "特约通讯员": Role.SPECIAL_CORRESPONDENT,
    "通讯员": Role.CORRESPONDENT,
    "特约评论员": Role.SPECIAL_COMMENTATOR,
    "评论员": Role.COMMENTATOR,
    "实习生": Role.INTERN,
}
DESK = {
    "责任编辑": Role.RESPONSIBLE_EDITOR,
    "责编": Role.RESPONSIBLE_EDITOR,
    "美术编辑": Role.ART_EDITOR,
    "责任美编": Role.ART_EDITOR,
    "美编": Role.ART_EDITOR,
    "编辑": Role.EDITOR,
    "校对": Role.PROOFREADER,
    "责任校对": Role.PROOFREADER,
    "责校": Role.PROOFREADER,
    "审核": Role.AUDITOR,
    "初审": Role.FIRST_REVIEW,
    "一审": Role.FIRST_REVIEW,
    "复审": Role.SECOND_REVIEW,
    "二审": Role.SECOND_REVIEW,
    "终审": Role.FINAL_REVIEW,
    "三审": Role.FINAL_REVIEW,
    "一校": Role.FIRST_PROOF,
    "初校": Role.FIRST_PROOF,
    "二校": Role.SECOND_PROOF,
    "三校": Role.THIRD_PROOF,
}
BEFORE_NAMES = {
    "作者": Role.AUTHOR,
    "撰文": Role.TEXT,
    "采写": Role.TEXT,
    "撰稿": Role.TEXT,
    "文字": Role.TEXT,
    "摄影": Role.PHOTO,
    "摄影师": Role.PHOTO,
    "拍摄": Role.PHOTO,
    "图片": Role.PICTURE,
    "照片": Role.PICTURE,
    "图片提供": Role.PICTURE,
    "照片提供": Role.PICTURE,
    "制图": Role.CHART,
    "图表": Role.CHART,
    "来源": Role.SOURCE,
    "稿件来源": Role.SOURCE,
    "文章来源": Role.SOURCE,
    "信息来源": Role.SOURCE,
}
BEHIND_NAMES = {
    "摄": Role.PHOTO,
    "摄影报道": Role.PHOTO_REPORT,
    "文图": Role.TEXT_AND_PICTURE,
    "图文": Role.TEXT_AND_PICTURE,
    "图文报道": Role.TEXT_AND_PICTURE,
    "报道": Role.AUTHOR,
    "联合报道": Role.AUTHOR,
    "综合报道": Role.AUTHOR,
    "供稿": Role.AUTHOR,
    "供图": Role.PICTURE,
    "整理": Role.COMPILER,
    "文字整理": Role.COMPILER,
    "综合整理": Role.COMPILER,
    "编辑整理": Role.COMPILER,
    "提供": Role.SUPPLIER,
}
LETTERS = {"文": Role.TEXT, "图": Role.PICTURE}  # also found in names
WITHOUT_A_ROLE = (
    "总监制 监制 总策划 策划 统筹 总编辑 副总编 总编 副主编 主编 值班主任 主任 视频 剪辑 海报 设计 出镜 配音 主播 播音 朗读 翻译 "
    "编译 插图 漫画 题图 绘图 航拍 动画 后期 运营 签发 编审 审读 版式 排版 检校 终校 出品 制作 记录 口述 图片来源"
).split()
NOBODY = frozenset("受访者 受访单位 受访者本人 受访企业 采访对象 被采访者 被采访单位 当事人 家属 本人 网络".split())

ROLE_OF = PEOPLE | DESK | BEFORE_NAMES | BEHIND_NAMES
PEOPLE_ROLES = frozenset(PEOPLE.values()) | {Role.AUTHOR}
DESK_ROLES = frozenset(DESK.values()) | {Role.SOURCE}


def _any_of(*tables):
    return "|".join(sorted({word for table in tables for word in table}, key=len, reverse=True))


_NO_UNIT = "(?![部站科室处协家组中学院团节])"  # 编辑部 and 摄影家协会 are units
IN_WORD = re.compile(
    rf"(?:本[报刊网台社版期]|今日|值班)?(?:全媒体?|融媒体?|新媒体)?(?:(?P<full>{_any_of(PEOPLE, DESK)})"
    r"|(?P<rank>首席|见习|实习|特约|资深|高级|主任|特派|驻站|助理|执行)?(?:全媒体?|融媒体?|新媒体)?"
    rf"(?P<plain>记者|通讯员|评论员|责任编辑|编辑|校对)){_NO_UNIT}"
    rf"|\A(?P<unknown>{_any_of(WITHOUT_A_ROLE)})\Z"
    r"|\A(?P<by>(?:本[版文报])?(?:图片|照片|图)[均皆都]?由)"
    rf"|(?P<tail>{_any_of(BEFORE_NAMES, BEHIND_NAMES)})\Z"
    rf"|\A(?:本[版文报])?(?P<head>{_any_of(BEFORE_NAMES)}){_NO_UNIT}"
)


def role_said(found):
    """The role that a match of IN_WORD says, and whether its rank is known: 见习编辑 is an editor of no known rank."""
    if found["by"]:
        return Role.PICTURE, True
    said = found["full"] or found["head"] or found["tail"] or (found["rank"] or "") + (found["plain"] or "")
    known = said in ROLE_OF or bool(found["unknown"])
    return ROLE_OF.get(said) if known else ROLE_OF[found["plain"]], known


class Printed(NamedTuple):
    """How this desk prints a role. place: before (its names), behind (them), or writers: before them, all in one bracket."""

    word: str
    place: str


PRINTED = {
    Role.REPORTER: Printed("记者", "writers"),
    Role.CHIEF_REPORTER: Printed("首席记者", "writers"),
    Role.TRAINEE_REPORTER: Printed("见习记者", "writers"),
    Role.INTERN_REPORTER: Printed("实习记者", "writers"),
    Role.SPECIAL_REPORTER: Printed("特约记者", "writers"),
    Role.CORRESPONDENT: Printed("通讯员", "writers"),
    Role.SPECIAL_CORRESPONDENT: Printed("特约通讯员", "writers"),
    Role.INTERN: Printed("实习生", "writers"),
    Role.COMMENTATOR: Printed("评论员", "writers"),
    Role.SPECIAL_COMMENTATOR: Printed("特约评论员", "writers"),
    Role.AUTHOR: Printed("作者", "writers"),
    Role.TEXT: Printed("文", "behind"),
    Role.PHOTO: Printed("摄", "behind"),
    Role.PHOTO_REPORT: Printed("摄影报道", "behind"),
    Role.PICTURE: Printed("图", "behind"),
    Role.TEXT_AND_PICTURE: Printed("文/图", "behind"),
    Role.CHART: Printed("制图", "before"),
    Role.COMPILER: Printed("整理", "behind"),
    Role.SUPPLIER: Printed("提供", "behind"),
    Role.SOURCE: Printed("来源", "before"),
    Role.EDITOR: Printed("编辑", "before"),
    Role.RESPONSIBLE_EDITOR: Printed("责任编辑", "before"),
    Role.ART_EDITOR: Printed("美术编辑", "before"),
    Role.PROOFREADER: Printed("校对", "before"),
    Role.AUDITOR: Printed("审核", "before"),
    Role.FIRST_REVIEW: Printed("初审", "before"),
    Role.SECOND_REVIEW: Printed("复审", "before"),
    Role.FINAL_REVIEW: Printed("终审", "before"),
    Role.FIRST_PROOF: Printed("一校", "before"),
    Role.SECOND_PROOF: Printed("二校", "before"),
    Role.THIRD_PROOF: Printed("三校", "before"),
}
OF_THE_HOUSE = frozenset(  # the first of these in a line is 本报…
    (
        Role.REPORTER,
        Role.CHIEF_REPORTER,
        Role.TRAINEE_REPORTER,
        Role.INTERN_REPORTER,
        Role.SPECIAL_REPORTER,
        Role.COMMENTATOR,
    )
)
