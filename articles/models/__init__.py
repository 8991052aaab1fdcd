"""The data model. One module a group of things; `from articles.models import X` for all of them."""

from articles.models.campaigns import Campaign, CampaignName, CampaignTarget
from articles.models.filters import SavedFilter
from articles.models.front import Slot
from articles.models.history import HistoryEntry
from articles.models.intake import ImportedPiece, PageImport, Submission
from articles.models.listings import ANY, FOREVER, Coverage, ListEntry
from articles.models.papers import Edition, Outlet, Page, Placement
from articles.models.people import Affiliation, ContactDetails, Contributor, Editor, Unit
from articles.models.pictures import ATTACHMENTS, VIDEOS, Figure, Photo
from articles.models.pieces import CLEANED, Article, Byline, CampaignTag, Column, Flag, LocalityTag, SitePage
from articles.models.places import Locality, LocalityName
from articles.models.releases import Publication, Version, Writer, public_address
from articles.models.series import Series

__all__ = [
    "ANY",
    "ATTACHMENTS",
    "CLEANED",
    "FOREVER",
    "Affiliation",
    "Article",
    "Byline",
    "Campaign",
    "CampaignName",
    "CampaignTag",
    "CampaignTarget",
    "Column",
    "ContactDetails",
    "Contributor",
    "Coverage",
    "Edition",
    "Editor",
    "Figure",
    "Flag",
    "HistoryEntry",
    "ImportedPiece",
    "ListEntry",
    "Locality",
    "LocalityName",
    "LocalityTag",
    "Outlet",
    "Page",
    "PageImport",
    "Photo",
    "Placement",
    "Publication",
    "SavedFilter",
    "Series",
    "SitePage",
    "Slot",
    "Submission",
    "Unit",
    "VIDEOS",
    "Version",
    "Writer",
    "public_address",
]
