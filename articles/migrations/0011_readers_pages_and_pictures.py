"""What readers write to the desk; pictures with a focal point and a place, scans of newspaper pages, places on a map of tiles."""

import articles.models.papers
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from articles.triggers import TriggersOff


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0010_triggers_and_roles_of_review'),
    ]

    operations = [
        TriggersOff(),
        migrations.CreateModel(
            name='ReaderReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='what is wrong')),
                ('contact', models.CharField(blank=True, max_length=100, verbose_name='how to reach the reader')),
                ('sender', models.CharField(editable=False, max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='received at')),
                ('outcome', models.CharField(choices=[('open', 'not looked at yet'), ('corrected', 'corrected'), ('no_error', 'no error'), ('not_meant', 'no report of an error')], default='open', max_length=20, verbose_name='outcome')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('settled_at', models.DateTimeField(editable=False, null=True, verbose_name='settled at')),
            ],
            options={
                'verbose_name': "reader's report",
                'verbose_name_plural': "readers' reports",
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.AddField(
            model_name='locality',
            name='tile_column',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='column on the map'),
        ),
        migrations.AddField(
            model_name='locality',
            name='tile_row',
            field=models.PositiveSmallIntegerField(blank=True, help_text='On the map of tiles of what it belongs to, from 1.', null=True, verbose_name='row on the map'),
        ),
        migrations.AddField(
            model_name='page',
            name='scan',
            field=models.FileField(blank=True, help_text='Readers see it beside the pieces of the page.', max_length=200, upload_to=articles.models.papers.scan_path, verbose_name='picture of the page'),
        ),
        migrations.AddField(
            model_name='page',
            name='scan_height',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='page',
            name='scan_web',
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name='page',
            name='scan_width',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='photo',
            name='focus_x',
            field=models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='focal point from the left'),
        ),
        migrations.AddField(
            model_name='photo',
            name='focus_y',
            field=models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='focal point from the top'),
        ),
        migrations.AddField(
            model_name='photo',
            name='place',
            field=models.CharField(blank=True, max_length=100, verbose_name='taken at'),
        ),
        migrations.AddField(
            model_name='placement',
            name='area',
            field=models.CharField(blank=True, help_text='left,top,width,height in per cent; readers click there.', max_length=40, verbose_name='place on the picture of the page'),
        ),
        migrations.AddField(
            model_name='version',
            name='picture_focus_x',
            field=models.PositiveSmallIntegerField(default=50),
        ),
        migrations.AddField(
            model_name='version',
            name='picture_focus_y',
            field=models.PositiveSmallIntegerField(default=50),
        ),
        migrations.AlterField(
            model_name='historyentry',
            name='act',
            field=models.CharField(choices=[('created', 'created'), ('edited', 'edited'), ('classified', 'classification changed'), ('published', 'published'), ('scheduled', 'scheduled for release'), ('unscheduled', 'taken out of the schedule'), ('expiry_set', 'expiry changed'), ('held', 'held back'), ('released', 'released again'), ('withdrawn', 'withdrawn'), ('compared', 'compared with print'), ('trashed', 'moved to the recycle bin'), ('restored', 'restored from the recycle bin'), ('arranged', 'front page arranged'), ('merged', 'contributors merged'), ('imported', 'read from a newspaper page'), ('flag_cleared', 'proofing flag cleared'), ('flag_raised', 'proofing flag put back'), ('received', 'made from a submission'), ('submitted', 'submitted for review'), ('recalled', 'taken back from review'), ('signed', 'signed'), ('returned', 'returned for changes'), ('rejected', 'not used'), ('stages_set', 'stages of review changed'), ('reverted', 'taken back to an earlier version'), ('corrected', 'correction published'), ('report_settled', "reader's report settled"), ('fault_recorded', 'error recorded'), ('commented', 'commented'), ('comment_resolved', 'comment resolved'), ('confirmed_schedule', 'scheduled text confirmed although edited since')], max_length=20, verbose_name='act'),
        ),
        migrations.AddConstraint(
            model_name='locality',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tile_column', None), ('tile_row', None)), models.Q(('tile_column__gte', 1), ('tile_column__isnull', False), ('tile_row__gte', 1), ('tile_row__isnull', False)), _connector='OR'), name='locality_tile_is_a_row_and_a_column', violation_error_message='Give both the row and the column on the map, or neither.'),
        ),
        migrations.AddConstraint(
            model_name='page',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('scan', ''), ('scan_web', '')), models.Q(models.Q(('scan', ''), _negated=True), models.Q(('scan_web', ''), _negated=True)), _connector='OR'), name='page_scan_has_its_web_copy'),
        ),
        migrations.AddConstraint(
            model_name='photo',
            constraint=models.CheckConstraint(condition=models.Q(('focus_x__lte', 100), ('focus_y__lte', 100)), name='photo_focus_is_in_the_picture'),
        ),
        migrations.AddField(
            model_name='readerreport',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='articles.article', verbose_name='piece'),
        ),
        migrations.AddField(
            model_name='readerreport',
            name='settled_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by'),
        ),
        migrations.AddField(
            model_name='readerreport',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version', verbose_name='version'),
        ),
        migrations.AddIndex(
            model_name='readerreport',
            index=models.Index(fields=['-at', '-id'], name='report_newest_first'),
        ),
        migrations.AddIndex(
            model_name='readerreport',
            index=models.Index(fields=['sender', '-at'], name='report_of_a_sender'),
        ),
        migrations.AddIndex(
            model_name='readerreport',
            index=models.Index(condition=models.Q(('outcome', 'open')), fields=['-id'], name='report_open'),
        ),
        migrations.AddConstraint(
            model_name='readerreport',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='report_says_something'),
        ),
        migrations.AddConstraint(
            model_name='readerreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'open'), ('settled_at', None), ('settled_by', None)), models.Q(models.Q(('outcome', 'open'), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='report_settled_by_a_person'),
        ),
    ]
