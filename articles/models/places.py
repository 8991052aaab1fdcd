"""Places: a tree of localities with official codes, and the other names they go by."""

import unicodedata

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Replace
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase

from articles.models.natural import Natural, NaturalManager
from articles.models.slugged import Slugged
from articles.pinyin import slug_of
from articles.vocabulary import Level, NameSort


class LocalityQuerySet(models.QuerySet):
    def within(self, place):
        """The place itself and everything below it."""
        return self.filter(path__startswith=place.path)

    def cities(self):
        """Cities, and what stands directly below a province without one (北京市/海淀区, 河南省/济源市)."""
        return self.filter(Q(level=Level.CITY) | Q(parent__level=Level.PROVINCE))

    def in_official_order(self):
        """Places of one level as the official tables list them."""
        return self.order_by("parent__order", "order", "path")

    def chain(self, place):
        """The place's ancestors and itself, from the province down."""
        return self.filter(slug__in=place.slugs).order_by("path")

    def with_below(self):
        """Annotate `below`: how many places stand directly below each."""
        below = Locality.objects.filter(parent=OuterRef("pk")).order_by().values("parent").annotate(n=Count("pk"))
        return self.annotate(below=Coalesce(Subquery(below.values("n")), 0))

    def home_first(self, home, *order):
        """Those within the path `home` before all others, and each in `order`."""
        return self.order_by(_far_from(home), *order)

    def called(self, words, home=""):
        """Those whom the words find, by name, full name with or without its dividers, code, letters or another name.

        The name itself first, then other names, 嵩县城关镇 (the end of a full name) and beginnings of names; those within
        the path `home` before others of their rank.
        """
        folded = unicodedata.normalize("NFKC", words).split()
        whole = "".join(folded)
        rows = self.alias(
            joined=Replace("trail", Value("/")),
            spelled=Replace("slug", Value("-")),
            letters=Replace(Replace("path", Value("-")), Value("/")),
        )
        found = _says(whole) | Q(*map(_says, folded)) if len(folded) > 1 else _says(whole)
        rank = Case(
            When(name=whole, then=0),
            When(Q(spelled=whole.casefold()) | Q(_has_other_name(name=whole)), then=1),
            When(joined__endswith=whole, then=2),
            When(name__startswith=whole, then=3),
            default=4,
        )
        return rows.filter(found).order_by(rank, _far_from(home), "path")


def _says(word):
    """That one word stands in what a place is known by."""
    spoken = Q(joined__icontains=word) | Q(_has_other_name(name__icontains=word))
    if not word.isascii():
        return spoken
    return spoken | Q(code__startswith=word) | Q(letters__contains=word.casefold())


def _has_other_name(**named):
    return Exists(LocalityName.objects.filter(locality=OuterRef("pk"), **named))


def _far_from(home):
    return Case(When(path__startswith=home, then=0), default=1) if home else Value(0)


class Locality(Slugged, TagBase, Natural):
    """地区: a place in the tree province > city > county > town > village, or a zone anywhere in it.

    A tag in taggit's sense, but names repeat (城关镇 stands in many counties): only slug and code are unique.
    `path` (slugs) and `trail` (names) repeat the ancestors, so that a subtree is one prefix and a page needs no
    walk up the tree; save() of a moved or renamed place rewrites them for everything below it.
    """

    name = models.CharField(_("name"), max_length=100, db_index=True)
    code = models.CharField(
        _("official code"),
        max_length=12,
        unique=True,
        null=True,
        blank=True,
        help_text=_("GB/T 2260 (6 digits) or NBS code (9 or 12); empty for a zone without one."),
    )
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    order = models.PositiveIntegerField(_("official order"), default=0)
    path = models.CharField(max_length=700, db_index=True, editable=False)
    trail = models.CharField(_("full name"), max_length=700, editable=False)
    verified = models.BooleanField(
        _("verified"),
        default=True,
        help_text=_("Off for a place written as printed that the official table does not know."),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    tile_row = models.PositiveSmallIntegerField(
        _("row on the map"), null=True, blank=True, help_text=_("On the map of tiles of what it belongs to, from 1.")
    )
    tile_column = models.PositiveSmallIntegerField(_("column on the map"), null=True, blank=True)

    natural_fields = ("slug",)
    natural_key = Natural.natural_key
    objects = NaturalManager.from_queryset(LocalityQuerySet)()

    class Meta:
        verbose_name = _("locality")
        verbose_name_plural = _("localities")
        ordering = ("path",)
        constraints = (
            models.CheckConstraint(name="locality_code_is_set_or_null", condition=~Q(code="")),
            models.CheckConstraint(
                name="locality_tile_is_a_row_and_a_column",
                violation_error_message=_("Give both the row and the column on the map, or neither."),
                condition=Q(tile_row=None, tile_column=None)
                | Q(tile_row__isnull=False, tile_column__isnull=False, tile_row__gte=1, tile_column__gte=1),
            ),
            models.CheckConstraint(name="locality_is_not_its_own_parent", condition=~Q(parent=models.F("pk"))),
            models.UniqueConstraint(
                name="locality_name_once_at_the_top", fields=("name", "level"), condition=Q(parent=None)
            ),
            models.UniqueConstraint(
                name="locality_name_once_under_a_parent",
                violation_error_message=_("There is a place of that name and level here already."),
                fields=("parent", "name", "level"),
            ),
        )

    def save(self, *args, **kwargs):
        self.name = self.name.replace("/", "／")  # the half-width one divides the names of the trail
        self.slug = (self.slug or slug_of(self.name, taken=Locality.objects)).lower()
        above = self.parent
        if above and self.pk and above.path.startswith(self.path):
            raise ValidationError(_("A place cannot belong to itself or to a place below it."))
        path, trail = f"{above.path if above else ''}{self.slug}/", f"{above.trail + '/' if above else ''}{self.name}"
        changed = (path, trail) != (self.path, self.trail)
        self.path, self.trail = path, trail
        with transaction.atomic():
            super().save(*args, **kwargs)
            if changed:
                for child in self.children.all():
                    child.parent = self
                    child.save()

    def __str__(self):
        return self.trail.replace("/", " › ")

    def get_absolute_url(self):
        return reverse("region", args=[self.slug])

    @property
    def slugs(self):
        """The slugs of the ancestors and of the place itself, from the province down."""
        return self.path.strip("/").split("/")

    @property
    def chain(self):
        """(name, slug) of the ancestors and of the place itself, from the province down."""
        return list(zip(self.trail.split("/"), self.slugs, strict=True))


def full_name(chain):
    """A place as a reader says it: 洛阳市嵩县, its province left out."""
    names = [name for name, _ in chain]
    return "".join(names[1:] or names)


class LocalityName(Natural):
    """Another name of a place, with the days it held where they are known (both included)."""

    locality = models.ForeignKey(Locality, models.CASCADE, related_name="other_names")
    name = models.CharField(_("name"), max_length=100, db_index=True)
    sort = models.CharField(_("kind of name"), max_length=10, choices=NameSort, default=NameSort.ALIAS)
    from_day = models.DateField(_("from"), null=True, blank=True)
    to_day = models.DateField(_("until"), null=True, blank=True)

    natural_fields = ("locality__slug", "name")

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = (
            models.UniqueConstraint(name="locality_name_once", fields=("locality", "name")),
            models.CheckConstraint(
                name="locality_name_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
                condition=Q(from_day=None) | Q(to_day=None) | Q(to_day__gte=models.F("from_day")),
            ),
        )

    def __str__(self):
        return self.name
