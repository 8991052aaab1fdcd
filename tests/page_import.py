"""整版导入 as an editor does it: a page is brought in, its review read and typed into, and a button pressed."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles import roles
from tests.factories import make_editor
from tests.page import Page

LIST = "/admin/articles/pageimport/"
ADD = f"{LIST}add/"
DAY = "2024-06-07"
PAGE = """夏粮丰收在望

6月3日，在安陵镇前进村的麦田里，三台联合收割机来回穿梭。今年全镇种植小麦3万亩。

“今年又是丰收年。”村民张国强一边装袋一边说，他家的八亩麦子两天就收完了。(本报记者 李思远 通讯员 王五洲)

县实验小学开展防溺水教育

6月4日，县实验小学组织学生观看防溺水宣传片，签订安全承诺书，并请家长一起参加。

学校还在河边设立了十二块警示牌，安排教师轮流值守，确保孩子们平安度夏。(赵六一)

图片新闻



6月5日，工人在县产业集聚区的车间里赶制订单。今年以来，园区企业订单充足，生产繁忙。 孙七宝 摄
"""


def fields_of(response):
    """The form of a screen as a browser with scripts would post it untouched: {name: value or list of values}."""
    (form,) = [form for form in Page(response.content.decode()).root.all("form") if form.all("textarea")]
    data = {}
    for field in form.all("input", "textarea", "select"):
        name, attrs = field.attrs.get("name"), field.attrs
        if not name or field.inside("noscript") or attrs.get("type") in ("submit", "file"):
            continue
        if field.tag == "textarea":
            value = field.text.removeprefix("\n").replace("\n", "\r\n")
        elif field.tag == "select":
            options = field.all("option")
            chosen = [option for option in options if "selected" in option.attrs] or options[:1]
            value = chosen[0].attrs["value"] if chosen else None
        elif attrs.get("type") == "checkbox":
            value = attrs.get("value", "on") if "checked" in attrs else None
        else:
            value = attrs.get("value", "")
        if value is not None:
            data.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in data.items()}


def bring_in(client, text=PAGE, day=DAY, **more):
    """Brings a page in; returns the address of its review."""
    response = client.post(ADD, {"text": text, "day": day, **more})
    assert response.status_code == 302, errors_of(response)
    return response["Location"]


def errors_of(response):
    return {name: " ".join(errors) for name, errors in response.context["form"].errors.items()}


def press(client, address, act, changes=(), without=(), **more):
    """Presses a button of the review, with what is typed; returns the page that comes."""
    data = {**fields_of(client.get(address)), **dict(changes), "act": act}
    return client.post(address, {name: value for name, value in data.items() if name not in without}, **more)


def again(client, response, act, changes=(), **more):
    """Presses a button of a page that came back."""
    address = response.request["PATH_INFO"]
    return client.post(address, {**fields_of(response), **dict(changes), "act": act}, **more)


def log_in(client, name):
    """An editor sits down at this browser; returns the account."""
    editor = make_editor(display_name=name)
    roles.assign(editor, ["责任编辑"])
    client.force_login(editor)
    return editor


def colleague(client, name="王强"):
    """Another editor sits down, in a browser of their own."""
    browser = type(client)()
    log_in(browser, name)
    return browser


def pieces(response):
    return [shown for shown in response.context["screen"].shown if shown.number]


def told(response):
    return [(shown.entry.kind, shown.entry.title) for shown in response.context["screen"].shown]


def said(response):
    return [str(message) for message in response.context["messages"]]


def a_picture(colour="red", size=(60, 40)):
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def picture_file(name, colour="red"):
    return SimpleUploadedFile(name, a_picture(colour), "image/jpeg")
