"""A piece on its way through review, and the review page as a browser would fill it."""

from articles import review, roles
from articles.models import Article, SignOff, StagesInForce
from articles.vocabulary import Stage
from tests.factories import make_article, make_editor

FIRST, SECOND, FINAL = Stage.FIRST_REVIEW, Stage.SECOND_REVIEW, Stage.FINAL_REVIEW


def make_person(*names, **fields):
    """An account that holds these roles."""
    account = make_editor(**fields)
    roles.assign(account, names)
    return account


class Desk:
    """One account for each role, and pieces that a reporter has written."""

    def __init__(self):
        self.writer = make_person("记者", username="writer")
        self.editor = make_person("责任编辑", username="editor")
        self.head = make_person("部门主任", username="head")
        self.chief = make_person("总编", username="chief")
        self.proof = make_person("校对", username="proof")
        self.correspondent = make_person("通讯员", username="correspondent")

    def piece(self, *, signed=(), submitted=True, **fields):
        """A piece by the reporter, in review, with these stages signed."""
        fields = {"printed_byline": "（本报记者 李明）", **fields}
        article = make_article(by=self.writer, own_work_of=self.writer, **fields)
        if submitted:
            review.submit(article, by=self.writer)
        for stage in signed:
            self.sign(article, stage)
        return Article.objects.get(pk=article.pk)

    def sign(self, article, stage):
        people = {FIRST: self.editor, SECOND: self.head, FINAL: self.chief}
        review.sign(article, by=people.get(stage, self.proof), stage=stage, sha256=sha256_of(article))


def sha256_of(article):
    return article.versions.get(number=Article.objects.get(pk=article.pk).version_number).sha256


def address(article):
    return f"/desk/review/{article.pk}/"


def open_page(client, account, article):
    client.force_login(account)
    response = client.get(address(article))
    assert response.status_code == 200
    return response


def filled(response, act, **changes):
    """What the page would post when the button `act` is touched: the fields of the decision, and those of 改签."""
    context = response.context
    data = {"act": act, "stage": context["stage"] or "", "sha256": context["version"].sha256, "opinion": ""}
    for form in filter(None, [context["text"], *context["captions"]]):
        for name in form.fields:
            if value := form[name].value():
                data[form.add_prefix(name)] = "on" if value is True else value
    return data | changes


def press(client, response, act, **changes):
    """Touch a button of the page that was opened."""
    return client.post(response.request["PATH_INFO"], filled(response, act, **changes))


def decisions(article):
    """[(stage, decision, login name)] of all rounds."""
    rows = SignOff.objects.filter(review__article=article).order_by("pk")
    return [(one.stage, one.decision, one.by.username) for one in rows]


def said(response):
    """The messages of the page that an act led to."""
    return [str(message) for message in response.context["messages"]]


def set_stages(reviews=3, proofs=0):
    StagesInForce.objects.create(reviews=reviews, proofs=proofs, set_by=make_editor())
