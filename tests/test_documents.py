"""Files that are sent in: which bytes are read as which text, what of a Word document is text, picture or caption, and what is refused."""

import random
import re
import zipfile
from io import BytesIO

import pytest
from docx import Document as new_docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from articles.intake import documents, word
from articles.intake.documents import check_text, decode, is_bare_link, read_document, read_upload
from articles.refusals import UnreadableText

STORY = "嵩县丹参喜获丰收\n　　本报讯（记者 王博）11月19日，药农们正在地里忙碌，“今年收成好！”\n"
TRADITIONAL = """台北市政府昨天宣布，明年起將全面推動智慧交通計畫，預計投入新台幣三億元，改善市區壅塞的情況。
行政院長在記者會上說，政府會繼續照顧弱勢家庭，並且提高最低工資。"""
KOREAN = """서울시는 내년부터 시내버스 요금을 인상하기로 했다고 밝혔다. 시 관계자는 시민들의 부담을 줄이기 위해 단계적으로 올릴 계획이라고 말했다."""
JAPANESE = """東京都は来年から、都内の公園に新しい施設を設置すると発表した。知事は記者会見で「市民の皆さんに楽しんでもらいたい」と話した。"""
RUSSIAN = "Мэр города объявил о начале строительства новой школы. Работы начнутся весной следующего года."
# Genuine titles, ten characters and fewer, with characters that GB2312 has in its second level or not at all.
SHORT = (
    "嵩县丹参喜获丰收季节",
    "郏县鄢陵睢县浚县濮阳",
    "群众盼什么？发展有什么",
    "春眠不觉晓，处处闻啼",
    "王立志 李四 摄",
    "简讯",
    "①丹参②柴胡",
    "朱镕基",
)


def refusal(act, *args):
    with pytest.raises(UnreadableText) as refused:
        act(*args)
    return str(refused.value)


# --- plain text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_is_read_in_each_encoding_of_the_country(encoding):
    assert decode(STORY.encode(encoding)) == STORY
    assert read_document("来稿.txt", STORY.encode(encoding)).text == STORY


def test_utf_16_is_read_in_both_orders_by_its_mark():
    assert decode(b"\xff\xfe" + STORY.encode("utf-16-le")) == STORY
    assert decode(b"\xfe\xff" + STORY.encode("utf-16-be")) == STORY


@pytest.mark.parametrize("title", SHORT)
def test_a_short_genuine_title_in_gb18030_is_read(title):
    assert decode(title.encode("gb18030")) == title


def test_traditional_characters_in_gb18030_are_read():
    assert decode(TRADITIONAL.encode("gb18030")) == TRADITIONAL


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TRADITIONAL, "big5"),
        (TRADITIONAL[:10], "big5"),
        (KOREAN, "euc-kr"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "iso2022_jp"),
        ("Le maire a déclaré que la ville sera rénovée dès l'été, grâce à l'aide européenne. Où ça ?", "latin-1"),
    ],
)
def test_a_text_in_an_encoding_of_another_country_is_refused_with_the_way_out(text, encoding):
    if "iso2022" in encoding:
        assert "不是文本文件" in refusal(decode, text.encode(encoding))
    else:
        assert "UTF-8" in refusal(decode, text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_refused(encoding):
    assert "不是文本文件" in refusal(decode, STORY.encode(encoding))
    assert "UTF-8" in refusal(decode, "丹参喜获丰收，药农们正在地里忙碌".encode(encoding))


def test_utf_8_that_was_cut_or_broken_is_not_taken_for_chinese_of_another_sort():
    assert "UTF-8" in refusal(decode, STORY.encode()[:-2])
    assert "UTF-8" in refusal(decode, STORY.encode() + "完".encode("gbk"))


def test_no_ten_characters_of_a_big5_text_are_taken_for_gb18030():
    titles = [TRADITIONAL[place : place + 10].replace("\n", "") for place in range(len(TRADITIONAL) - 10)]
    assert [title for title in titles if _reads(title.encode("big5"))] == []


def test_random_bytes_are_refused():
    bytes_of = random.Random(4).randbytes
    assert [length for length in range(40, 400) if _reads(bytes_of(length))] == []


def _reads(content):
    try:
        return bool(decode(content))
    except UnreadableText:
        return False


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200), st.sampled_from(["a.txt", "a.docx", "a", "a.pdf"]))
def test_whatever_the_bytes_they_are_read_or_refused_in_words(content, name):
    try:
        assert "\0" not in read_document(name, content).text
    except UnreadableText as refused:
        assert str(refused)


@pytest.mark.parametrize("nothing", [b"", b" \r\n\t", "　\ufeff".encode(), b"\xff\xfe"])
def test_an_empty_file_is_refused(nothing):
    assert refusal(read_document, "来稿.txt", nothing) in ("这个文件是空的。", "还没有文字。请粘贴正文，或选择文件。")


@pytest.mark.parametrize(
    "content", [b"text\0text", "\0中文".encode("utf-16"), b"\x01\x02\x03\x04 abc", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n"]
)
def test_what_is_no_text_is_refused(content):
    assert refusal(decode, content) == "这不是文本文件。可以用 .txt 或 .docx。"


def test_a_text_of_more_than_5_mb_is_refused_and_one_of_5_mb_is_read():
    assert len(decode(b"a" * documents.MOST_TEXT)) == documents.MOST_TEXT
    assert "5 MB" in refusal(decode, b"a" * (documents.MOST_TEXT + 1))


class Upload(BytesIO):
    name = "page.docx"
    size = documents.MOST_BYTES + 1

    def read(self, *args):
        raise AssertionError("it is opened")


def test_a_file_that_is_too_large_is_not_even_opened():
    assert "30 MB" in refusal(read_upload, Upload())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("来稿.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "请用 WPS 或 Word 打开后另存为 .docx"),
        ("来稿.wps", b"anything", "请用 WPS 或 Word 打开后另存为 .docx"),
        ("来稿.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "请用 WPS 或 Word 打开后另存为 .docx"),
        ("来稿.rtf", b"{\\rtf1\\ansi}", "请用 WPS 或 Word 打开后另存为 .docx"),
        ("版面.pdf", b"%PDF-1.4 ...", "PDF"),
        ("版面.txt", b"%PDF-1.4 ...", "PDF"),
        ("图.jpg", b"\xff\xd8\xff\xe0", "这是图片"),
        ("图.heic", b"\0\0\0 ftypheic", "这是图片"),
        ("页面.html", "<p>正文</p>".encode(), "这是网页"),
        ("来稿.docx", b"just text", "可能已损坏"),
        ("链接.txt", b"https://mp.weixin.qq.com/s/abc", "请打开链接，复制正文"),
    ],
)
def test_other_files_are_answered_with_what_to_do(name, content, said):
    assert said in refusal(read_document, name, content)


@pytest.mark.parametrize(
    "text",
    [
        "https://mp.weixin.qq.com/s/abc",
        "mp.weixin.qq.com/s?__biz=1&mid=2\r\n",
        "http://a.cn/x\nhttp://a.cn/y",
        " \u200bhttps://www.news.cn/a.htm　",
    ],
)
def test_nothing_but_links_is_a_bare_link(text):
    assert is_bare_link(text)
    assert "请打开链接，复制正文" in refusal(check_text, text)


@pytest.mark.parametrize("text", ["", "丹参丰收 https://a.cn/x", "3.5", "第3版.", "a.b", "王博"])
def test_a_text_with_words_is_no_bare_link(text):
    assert not is_bare_link(text)


# --- word documents --------------------------------------------------------------------------------------


def picture(colour="red", sort="JPEG"):
    buffer = BytesIO()
    Image.new("RGB", (60, 40), colour).save(buffer, sort)
    return BytesIO(buffer.getvalue())


def file_of(document):
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def docx(*parts):
    """A document of paragraphs (text) and pictures (streams)."""
    document = new_docx()
    for part in parts:
        document.add_picture(part) if isinstance(part, BytesIO) else document.add_paragraph(part)
    return file_of(document)


def inserted(xml):
    """A document whose body holds this markup."""
    document = new_docx()
    spaces = nsdecls("w", "a", "r", "pic", "wp")
    spaces += ' xmlns:v="urn:schemas-microsoft-com:vml" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = parse_xml(f"<w:body {spaces}>{xml}</w:body>")
    for element in list(body):
        document.element.body.insert_element_before(element, "w:sectPr")
    return document


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_paragraphs_soft_breaks_and_empty_lines_become_lines():
    document = new_docx()
    document.add_paragraph("标题")
    document.add_paragraph("")
    paragraph = document.add_paragraph("　　上")
    paragraph.add_run().add_break()
    paragraph.add_run("下\t。")
    assert read_document("来稿.docx", file_of(document)).text == "标题\n　　上\n下\t。"


def test_a_table_of_cells_is_a_line_for_each_row_and_a_table_of_paragraphs_stays_paragraphs():
    document = new_docx()
    document.add_paragraph("前")
    table = document.add_table(2, 2)
    for cell, words in zip((cell for row in table.rows for cell in row.cells), "甲乙丙丁", strict=True):
        cell.text = words
    layout = document.add_table(1, 2)
    layout.rows[0].cells[0].text = "正文"
    layout.rows[0].cells[1].text = "第一段。\n第二段。"
    layout.rows[0].cells[1].add_paragraph("第三段。")
    document.add_paragraph("后")
    lines = read_document("来稿.docx", file_of(document)).text.split("\n")
    assert lines == ["前", "甲　乙", "丙　丁", "正文", "第一段。", "第二段。", "第三段。", "后"]


def test_what_word_keeps_in_controls_insertions_boxes_and_links_is_text_and_what_was_deleted_is_not():
    box = f"<w:txbxContent><w:p>{run('框中')}</w:p></w:txbxContent>"
    document = inserted(
        f"<w:sdt><w:sdtContent><w:p>{run('控件')}</w:p></w:sdtContent></w:sdt>"
        f"<w:p><w:ins>{run('插入')}</w:ins><w:del><w:r><w:br/><w:delText>删去</w:delText></w:r></w:del><w:moveFrom>{run('移走')}</w:moveFrom>"
        f"<w:hyperlink>{run('链接')}</w:hyperlink><w:smartTag>{run('标记')}</w:smartTag></w:p>"
        f'<w:p>{run("框外")}<w:r><mc:AlternateContent><mc:Choice Requires="wps">{box}</mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        f"<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:ruby><w:rt>{run('dān')}</w:rt><w:rubyBase>{run('丹')}</w:rubyBase></w:ruby></w:p>"
    )
    assert read_document("来稿.docx", file_of(document)).text == "控件\n插入链接标记\n框外\n框中\n丹"


def test_the_numbers_of_lists_that_word_counts_itself_are_written_out():
    document = new_docx()
    numbering = document.part.numbering_part.element
    for xml in (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
        '<w:lvlText w:val="%1、"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2 "/></w:lvl></w:abstractNum>',
        f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>',
    ):
        numbering.append(parse_xml(xml))
    for level, words in ((0, "甲"), (1, "子"), (1, "丑"), (0, "乙"), (1, "寅")):
        properties = document.add_paragraph(words)._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    document.add_paragraph("丙", style="List Bullet")
    lines = read_document("来稿.docx", file_of(document)).text.split("\n")
    assert lines == ["一、甲", "一.1 子", "一.2 丑", "二、乙", "二.1 寅", "丙"]
    assert [word._written(n, "chineseCounting") for n in (1, 10, 11, 20, 99, 100)] == [
        "一",
        "十",
        "十一",
        "二十",
        "九十九",
        "100",
    ]


def test_pictures_come_in_their_order_each_once_with_the_captions_beside_them():
    again = picture("red")
    content = docx(
        "标题",
        "第一段。",
        picture("red"),
        "图为药农在晾晒丹参。",
        "第二段。",
        picture("blue"),
        "▲丹参基地",
        "第三段。",
        again,
    )
    document = read_document("来稿.docx", content)
    assert document.text == "标题\n第一段。\n第二段。\n第三段。"
    assert [name for name, _content in document.pictures] == ["image1.jpg", "image2.jpg"]
    assert [content for _name, content in document.pictures] == [picture("red").getvalue(), picture("blue").getvalue()]
    assert document.captions == ("图为药农在晾晒丹参。", "丹参基地")


def test_numbered_captions_find_their_pictures_wherever_they_stand():
    content = docx(
        "正文。",
        picture("red"),
        picture("blue"),
        picture("green"),
        "尾段。",
        "又一段。",
        "图２:乙",
        "图1：甲",
        "图三、丙",
    )
    document = read_document("来稿.docx", content)
    assert (document.text, document.captions) == ("正文。\n尾段。\n又一段。", ("甲", "乙", "丙"))


def test_a_caption_above_its_picture_is_found_and_one_without_a_picture_near_stays_text():
    content = docx(
        "图为甲", picture("red"), "一。", "二。", "三。", "四。", "图为远处", "五。", "六。", "七。", picture("blue")
    )
    document = read_document("来稿.docx", content)
    assert document.captions == ("图为甲", "")
    assert "图为远处" in document.text.split("\n")
    assert (
        read_document("来稿.docx", docx("正文。", "图为甲", "图1：乙", "图8显示")).text
        == "正文。\n图为甲\n图1：乙\n图8显示"
    )


def test_a_line_in_words_own_style_for_captions_is_one():
    document = new_docx()
    document.add_paragraph("正文。")
    document.add_picture(picture())
    document.add_paragraph("丹参基地", style="Caption")
    read = read_document("来稿.docx", file_of(document))
    assert (read.text, read.captions) == ("正文。", ("丹参基地",))


def test_the_text_of_a_page_has_each_caption_in_the_place_of_its_picture_and_keeps_blank_lines():
    content = docx(
        "甲标题", "甲的正文。", picture("red"), "图2：乙的说明。", "", "乙标题", "乙的正文。", picture("blue"), "乙又说。",
        picture("green"), "丙又说。", "图1：甲的说明。",
    )  # fmt: skip
    document = read_document("版面.docx", content)
    assert document.page_text.split("\n") == [
        "甲标题", "甲的正文。", "▲甲的说明。", "", "乙标题", "乙的正文。", "▲乙的说明。", "乙又说。", "丙又说。",
    ]  # fmt: skip
    assert document.captions == ("甲的说明。", "乙的说明。", "")
    assert document.text == "甲标题\n甲的正文。\n乙标题\n乙的正文。\n乙又说。\n丙又说。"
    assert read_document("版面.txt", "甲标题\n\n甲的正文。".encode()).page_text == "甲标题\n\n甲的正文。"


def test_a_picture_alone_in_its_paragraph_parts_no_story():
    content = docx("标题", "上段。", "", picture("red"), "", "下段。", picture("blue"), "尾段。")
    assert read_document("版面.docx", content).page_text == "标题\n上段。\n\n\n下段。\n尾段。"


def test_a_picture_that_is_only_linked_is_left_where_it_is():
    document = new_docx()
    document.add_paragraph("正文。")
    key = document.part.relate_to("https://example.com/a.jpg", RELATIONSHIP_TYPE.IMAGE, is_external=True)
    xml = f'<w:p><w:r><w:pict><v:shape><v:imagedata r:id="{key}"/></v:shape></w:pict></w:r></w:p>'
    for element in inserted(
        xml + f'<w:p><w:r><a:blip r:link="{key}"/><a:blip r:embed="{key}"/></w:r></w:p>'
    ).element.body[:2]:
        document.element.body.insert_element_before(element, "w:sectPr")
    read = read_document("来稿.docx", file_of(document))
    assert (read.text, read.page_text, read.pictures) == ("正文。", "正文。", ())


def test_a_document_of_pictures_alone_is_read_and_one_of_nothing_is_refused():
    assert len(read_document("图.docx", docx(picture())).pictures) == 1
    assert refusal(read_document, "空.docx", docx("", " ")) == "这个文档里既没有文字，也没有图片。"
    assert "请打开链接，复制正文" in refusal(read_document, "链接.docx", docx("https://mp.weixin.qq.com/s/abc"))


def test_a_doc_that_is_a_docx_is_read():
    assert read_document("来稿.doc", docx("正文。")).text == "正文。"


# --- damaged and hostile documents -----------------------------------------------------------------------


def archive(**parts):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def test_another_archive_is_no_word_document():
    assert "不是 Word 文档" in refusal(read_document, "a.docx", archive(xl__workbook="x"))
    assert "不是 Word 文档" in refusal(read_document, "a.zip", archive(readme="x"))
    assert "可能已损坏" in refusal(read_document, "a.docx", archive(word__document="x"))


def test_a_document_that_unpacks_to_too_much_is_refused_before_anything_is_unpacked(monkeypatch):
    monkeypatch.setattr(word, "MOST_INFLATED", 1_000_000)
    monkeypatch.setattr(word, "Document", None)
    bomb = archive(**{"word__document.xml": "x", "word__media__image1.jpeg": b"\0" * 1_000_001})
    assert len(bomb) < 10_000
    assert "解开后太大" in refusal(read_document, "a.docx", bomb)
    monkeypatch.setattr(word, "MOST_MARKUP", 1000)
    assert "解开后太大" in refusal(read_document, "a.docx", archive(**{"word__document.xml": b"\0" * 1001}))


@pytest.mark.parametrize("name", ["word/document.bin", "word/media/picture.jpg"])
def test_what_may_be_markup_is_counted_whatever_its_name(monkeypatch, name):
    monkeypatch.setattr(word, "Document", None)
    bomb = archive(**{name.replace("/", "__"): b"<w:p/>" * (word.MOST_MARKUP // 6 + 1)})
    assert len(bomb) < 100_000
    assert "解开后太大" in refusal(read_document, "a.docx", bomb)


def test_an_archive_that_says_less_than_it_holds_is_refused():
    content = bytearray(docx("正文。" * 1000))
    with zipfile.ZipFile(BytesIO(content)) as opened:
        part = opened.getinfo("word/document.xml")
    declared = part.file_size.to_bytes(4, "little")
    assert bytes(content).count(declared) >= 1
    assert "可能已损坏" in refusal(
        read_document, "a.docx", bytes(content).replace(declared, (50).to_bytes(4, "little"))
    )


def test_entities_are_not_unfolded():
    plain = docx("正文。")
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(plain)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = re.sub(rb"<\?xml[^>]*\?>", b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>', content)
                content = content.replace("正文。".encode(), b"&b;")
            new.writestr(name, content)
    try:
        assert "haha" not in read_document("a.docx", buffer.getvalue()).text
    except UnreadableText:
        pass


WHOLE = docx("标题", "第一段。", picture(), "图为药农。", "第二段。")


@settings(deadline=None, max_examples=150)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_document_is_read_or_refused_in_words(place, byte, cut):
    content = WHOLE[:place] if cut else WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]
    try:
        read_document("来稿.docx", content or b"PK\x03\x04")
    except UnreadableText as refused:
        assert str(refused)
