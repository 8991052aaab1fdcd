"""What the buttons of a submission do: it is saved, verified, made a piece; and what of it is in already is said."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from articles import submissions
from articles.admin.submissions.register import link_to
from articles.refusals import MoveRefused

WARNED = 3  # likenesses that are named after a save


class ActsMixin:
    """For the screen of submissions: what is done after its form was found well."""

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
        elif obj.verified_at and form.changes_the_words():
            submissions.take_verification_back(obj)
            said = _("The text was changed, so it has to be verified anew. Who verified it before stands in the note.")
            self.log_change(request, obj, _("no longer verified: the text was changed"))
            self.message_user(request, said, messages.WARNING)
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        return self._act(request, obj) or self._warned(
            request, obj, super().response_add(request, obj, post_url_continue)
        )

    def response_change(self, request, obj):
        return self._act(request, obj) or self._warned(request, obj, super().response_change(request, obj))

    def _act(self, request, submission):
        """“Verified” and “Make it a piece” save the form first, so that nothing typed is lost. The answer, or None for a mere save."""
        if "_draft" in request.POST and self.may_draft(request):
            return self._draft(request, submission)
        if "_verify" in request.POST:
            return self._verify(request, submission)
        return None

    def _warned(self, request, submission, response):
        if "_continue" not in request.POST:  # the form itself shows them
            for sentence in self.likenesses(submission)[:WARNED]:
                self.message_user(request, sentence, messages.WARNING)
        return response

    def _verify(self, request, submission):
        try:
            submissions.verify(submission, by=request.user, how=submission.verification)
        except MoveRefused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            self.log_change(request, submission, _("verified: %(how)s") % {"how": submission.verification})
            self.message_user(
                request, _("Noted: %(number)s is verified.") % {"number": submission.number}, messages.SUCCESS
            )
        return redirect("admin:articles_submission_change", submission.pk)

    def _draft(self, request, submission):
        try:
            article, said, made = submissions.draft_of(submission, by=request.user)
        except MoveRefused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return redirect("admin:articles_submission_change", submission.pk)
        if made:
            told = _("%(submission)s is now the piece %(piece)s, a draft.")
        else:
            told = _("%(submission)s was made the piece %(piece)s before; here it is.")
        self.message_user(request, told % {"submission": submission.number, "piece": article.number}, messages.SUCCESS)
        if submissions.unverified(article):
            said = [*said, submissions.NOT_VERIFIED]
        for sentence in said:
            self.message_user(request, sentence.sentence, messages.WARNING if sentence.doubtful else messages.INFO)
        return redirect("admin:articles_article_change", article.pk)

    def likenesses(self, submission):
        """Sentences, with links, on what is in already."""
        said = _("About {share} the same as {row}")
        return [
            format_html(said, row=link_to(row), share=f"{likeness:.0%}")
            for row, likeness in submissions.already_in(submission)
        ]

    def may_draft(self, request):
        return request.user.has_perms(["articles.change_submission", "articles.add_article"])
