"""The data model. One module a group of things; `from articles.models import X` for all of them."""

from articles.models.aftercare import Correction, Fault
from articles.models.autosaves import Autosave
from articles.models.campaigns import Campaign, CampaignName, CampaignTarget
from articles.models.filters import SavedFilter
from articles.models.front import Slot
from articles.models.history import HistoryEntry
from articles.models.intake import ImportedPiece, PageImport, SentPicture, Submission
from articles.models.listings import ANY, FOREVER, Coverage, ListEntry
from articles.models.papers import Edition, Outlet, Page, Placement
from articles.models.people import Affiliation, ContactDetails, Contributor, Editor, Unit
from articles.models.pictures import ATTACHMENTS, MIDDLE, VIDEOS, Figure, Photo
from articles.models.pieces import CLEANED, Article, Byline, CampaignTag, Column, Flag, LocalityTag, SitePage
from articles.models.places import Locality, LocalityName
from articles.models.planning import Shift, Topic
from articles.models.readers import ReaderReport
from articles.models.releases import Publication, Version, Writer, public_address
from articles.models.reviews import Comment, Review, SignOff, StagesInForce
from articles.models.search import SearchText
from articles.models.series import Series
from articles.models.wording import Office, Term

__all__ = [
    "ANY",
    "ATTACHMENTS",
    "CLEANED",
    "FOREVER",
    "MIDDLE",
    "VIDEOS",
    "Affiliation",
    "Article",
    "Autosave",
    "Byline",
    "Campaign",
    "CampaignName",
    "CampaignTag",
    "CampaignTarget",
    "Column",
    "Comment",
    "ContactDetails",
    "Contributor",
    "Correction",
    "Coverage",
    "Edition",
    "Editor",
    "Fault",
    "Figure",
    "Flag",
    "HistoryEntry",
    "ImportedPiece",
    "ListEntry",
    "Locality",
    "LocalityName",
    "LocalityTag",
    "Office",
    "Outlet",
    "Page",
    "PageImport",
    "Photo",
    "Placement",
    "Publication",
    "ReaderReport",
    "Review",
    "SavedFilter",
    "SearchText",
    "SentPicture",
    "Series",
    "Shift",
    "SignOff",
    "SitePage",
    "Slot",
    "StagesInForce",
    "Submission",
    "Term",
    "Topic",
    "Unit",
    "Version",
    "Writer",
    "public_address",
]
