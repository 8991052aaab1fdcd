"""manage.py rebuild_search: the search texts that are missing or were folded by older rules, or all of them anew."""

from time import sleep

from django.core.management.base import BaseCommand, CommandError

from articles import search_index
from articles.management.progress import Progress
from articles.models import Article

STEP = 50  # pieces at once: on SQLite nobody else can save meanwhile
PAUSE = 0.05  # seconds between them, for those who wait to save


class Command(BaseCommand):
    help = (
        "Make the search texts that are missing or were made by older rules; people may work and search meanwhile. Run again "
        "after it was stopped, it goes on where it stood. With --all every text is made anew, in the order of its piece."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="make every text anew, also those that seem right")
        parser.add_argument(
            "--after", type=int, default=0, metavar="ID", help="with --all: begin behind the piece of that id"
        )

    def handle(self, *args, all, after, **options):
        if after and not all:
            raise CommandError("--after is for --all; without it, what is right already is passed over by itself.")
        if after < 0:
            raise CommandError("--after is the id of a piece: 0 or more.")
        pieces = Article.objects.filter(pk__gt=after, version_number__gt=0)
        progress = Progress(self.stderr, pieces.count())
        behind = after
        try:
            while ids := list(pieces.filter(pk__gt=behind).order_by("pk").values_list("pk", flat=True)[:STEP]):
                wanted = ids if all else search_index.unindexed(ids)
                if wanted:
                    search_index.index_all(wanted, anew=all)
                    sleep(PAUSE)
                behind = ids[-1]
                progress.add(len(wanted), len(ids))
        except KeyboardInterrupt:
            how = f"rebuild_search --all --after {behind}" if all else "the same command"
            raise CommandError(f"Stopped; {progress.made} pieces were done. Run {how} to go on.") from None
        finally:
            progress.close()
        self.stdout.write(f"{progress.made} pieces indexed, {progress.done - progress.made} were right.")
