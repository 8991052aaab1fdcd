"""Standing heads: 简讯, 图片新闻 NEWS, 【百姓论坛】, and what runs under them."""

import re

_NEWS_IN_BRIEF = re.compile(
    r"^.{0,5}(?:[简短快要微]讯|短波|短新闻|微新闻|一句话(?:新闻)?|速递|速览|快览|快报|快递|动态|资讯|点击|扫描|荟萃|传真|百字新闻|信息(?:窗|台|快车)?|简报|播报)"
    r"(?:集锦|集纳|集萃|荟萃|速递|速览|一束|两则|三则|四则)?$|^.{0,4}(?:集锦|集纳)$|^要闻(?:简报|速览|回放)$|^新闻(?:速|快|集|串).{1,2}$"
)
_PICTURES = re.compile("图片|影像|光影|镜头|掠影|图说|影廊|看图|摄影|写真|画页|画刊|瞬间|视界|视觉")
_STANDING = re.compile(
    r"(?:新闻|论坛|大家谈|观察|视点|聚焦|焦点|广角|专栏|之窗|在线|时评|评论|短评|来信|风采|文苑|副刊|视线|视角|天地|园地|平台|讲堂|课堂|家园|热线|调查|追踪|关注|纵横|"
    r"看台|走笔|随笔|手记|札记|杂谈|漫谈|杂感|直说|有话|圆桌|茶座|访谈|对话|故事|人物|榜样|先锋|进行时|一线|现场|行动|回声|反馈|问答|提示|服务台|备忘|链接|"
    r"文化|法治|教育|健康|三农|党建|生活|社会|民生|经济|综合|要闻|本地|乡村|基层|时讯|国内|国际|体育|声音|心语|絮语|漫笔|直通车|连连看|回音壁|驿站|信箱|传声筒|看板|诗|苑|角|台|窗|谈|栏|坊|荐|评|论)$"
)
_BRACKETED_HEAD = re.compile(
    r"^[【〖\[［「『]\s*([^】〗\]］」』]{2,14})\s*[】〗\]］」』]$|^[★●■◆◇▌▎|｜]*\s*[《]?([^《》]{2,12})[》]?\s*[★●■◆◇▌▎|｜]*$"
)
_LETTERS = re.compile(r"\s*[A-Za-z][A-Za-z\s&'.·-]*$")


def column_name(text):
    """The name that a column head gives: 图片新闻 of 图片新闻 NEWS and of 【图片新闻】."""
    bare = _LETTERS.sub("", text).strip()
    found = _BRACKETED_HEAD.match(bare)
    name = (found.group(1) or found.group(2)) if found else bare
    return re.sub(r"[\s\u3000]", "", name.strip("★●■◆◇▌▎|｜·—-:： "))


def is_column_head(text, known=()):
    """Whether a line is a standing head: one that the desk knows, one in 【】 or with an English tail, or one that reads so."""
    if len(text) > 30 or re.search("[，。；！？]", text):
        return False
    name = column_name(text)
    if not 2 <= len(name) <= 12:
        return False
    if name in known:
        return True
    if column_is_framed(text):
        return True
    return len(name) <= 7 and bool(_NEWS_IN_BRIEF.search(name) or _PICTURES.search(name) or _STANDING.search(name))


def is_of_briefs(name):
    return bool(_NEWS_IN_BRIEF.search(name))


def is_surely_of_pictures(name):
    """图片新闻, 光影嵩县: heads that no piece has for its headline."""
    return bool(re.fullmatch("图片(?:新闻|报道|故事)|新闻图片|(?:光影|影像|镜头|视觉|图说).{0,4}", name))


def is_of_pictures(name):
    return bool(_PICTURES.search(name))


def column_is_framed(text):
    """Whether 【…】, a mark before a short word or an English tail say that a line is a standing head."""
    if re.fullmatch(r"[★●■◆◇▌▎|｜·]\s*[一-龥]{2,8}\s*[★●■◆◇▌▎|｜·]?|[「『][一-龥]{2,10}[」』]", text):
        return True
    return bool(re.match(r"[【〖［\[]", text) and re.search(r"[】〗］\]]$", text)) or bool(
        not text.isascii() and _LETTERS.search(text) and len(text) <= 30
    )
