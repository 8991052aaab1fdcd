"""Rounds of review, sign-offs, roster, topics, comments, corrections and errors, offices, private copies; what submissions and pieces need for them."""

import articles.models.intake
import articles.models.pieces
import django.db.models.deletion
import django.utils.timezone
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0008_work_on_a_page'),
    ]

    operations = [
        migrations.CreateModel(
            name='Autosave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=60)),
                ('fields', models.JSONField(default=list)),
                ('base_revision', models.PositiveIntegerField(null=True)),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('excerpt', models.CharField(blank=True, max_length=200, verbose_name='passage')),
                ('text', models.CharField(max_length=500, verbose_name='comment')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
                ('resolved_at', models.DateTimeField(null=True, verbose_name='resolved at')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('correction', 'Correction'), ('addition', 'Addition'), ('apology', 'Apology'), ('clarification', 'Clarification')], default='correction', max_length=20, verbose_name='kind')),
                ('text', models.TextField(verbose_name='text')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='published at')),
            ],
            options={
                'verbose_name': 'correction or clarification',
                'verbose_name_plural': 'corrections and clarifications',
                'ordering': ('-made_at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Fault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('fact', 'fact, knowledge, logic or grammar'), ('characters', 'wrong, missing or extra characters'), ('number', 'wrong number'), ('number_style', 'style of numbers'), ('punctuation', 'punctuation'), ('other', 'other error')], max_length=20, verbose_name='kind')),
                ('passage', models.CharField(blank=True, max_length=200, verbose_name='passage')),
                ('should_be', models.CharField(blank=True, max_length=200, verbose_name='should be')),
                ('weight', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='weight')),
                ('found_by', models.CharField(help_text='A reader, a colleague, a superior office.', max_length=60, verbose_name='found by')),
                ('found_day', models.DateField(default=django.utils.timezone.localdate, verbose_name='found on')),
                ('missed_at', models.CharField(blank=True, choices=[('first_review', 'first review'), ('second_review', 'second review'), ('final_review', 'final review'), ('first_proof', 'first proof'), ('second_proof', 'second proof'), ('third_proof', 'third proof')], max_length=20, verbose_name='stage that missed it')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='recorded at')),
            ],
            options={
                'verbose_name': 'error found',
                'verbose_name_plural': 'errors found',
                'ordering': ('-found_day', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_index=True, max_length=60, verbose_name='name of the person')),
                ('title', models.CharField(max_length=60, verbose_name='office title')),
                ('unit', models.CharField(blank=True, max_length=100, verbose_name='unit')),
                ('from_day', models.DateField(blank=True, null=True, verbose_name='from')),
                ('to_day', models.DateField(blank=True, null=True, verbose_name='until')),
                ('order', models.PositiveIntegerField(default=0, help_text='Whom to name first: the smaller number.', verbose_name='rank')),
            ],
            options={
                'verbose_name': 'office',
                'verbose_name_plural': 'offices',
                'ordering': ('order', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='submitted at')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('outcome', models.CharField(blank=True, choices=[('released', 'released'), ('returned', 'returned for changes'), ('recalled', 'taken back by the desk'), ('unused', 'not used')], max_length=10, verbose_name='outcome')),
            ],
            options={
                'verbose_name': 'review',
                'verbose_name_plural': 'reviews',
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='SentPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('file', models.FileField(max_length=200, upload_to=articles.models.intake.sent_picture_path, verbose_name='picture file')),
                ('file_name', models.CharField(blank=True, editable=False, max_length=200)),
                ('caption', models.TextField(blank=True, verbose_name='caption')),
            ],
            options={
                'verbose_name': 'picture sent in',
                'verbose_name_plural': 'pictures sent in',
                'ordering': ('position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('post', models.CharField(choices=[('chief', 'editor-in-chief on duty'), ('head', 'head of department on duty'), ('editor', 'responsible editor on duty')], max_length=10, verbose_name='post')),
                ('stands_in_from', models.DateTimeField(blank=True, null=True, verbose_name='stands in from')),
                ('stands_in_until', models.DateTimeField(blank=True, null=True, verbose_name='stands in until')),
            ],
            options={
                'verbose_name': 'shift',
                'verbose_name_plural': 'duty roster',
                'ordering': ('-day', 'post'),
            },
        ),
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('stage', models.CharField(choices=[('first_review', 'first review'), ('second_review', 'second review'), ('final_review', 'final review'), ('first_proof', 'first proof'), ('second_proof', 'second proof'), ('third_proof', 'third proof')], max_length=20, verbose_name='stage')),
                ('decision', models.CharField(choices=[('passed', 'passed'), ('amended', 'changed and passed'), ('confirmed', 'signed again'), ('returned', 'returned for changes'), ('unused', 'not used')], max_length=10, verbose_name='decision')),
                ('opinion', models.TextField(blank=True, verbose_name='opinion of the reviewer')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='at')),
            ],
            options={
                'verbose_name': 'sign-off',
                'verbose_name_plural': 'sign-offs',
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='StagesInForce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reviews', models.PositiveSmallIntegerField(choices=[(1, '1'), (2, '2'), (3, '3')], default=3, verbose_name='reviews')),
                ('proofs', models.PositiveSmallIntegerField(choices=[(0, '0'), (1, '1'), (2, '2'), (3, '3')], default=0, help_text='0: each review reads proof too. Otherwise the proofs follow the last review.', verbose_name='proofs of their own')),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='set at')),
            ],
            options={
                'verbose_name': 'stages of review',
                'verbose_name_plural': 'stages of review',
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wrong', models.CharField(max_length=60, unique=True, verbose_name='wrong')),
                ('right', models.CharField(max_length=60, verbose_name='right')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
            ],
            options={
                'verbose_name': 'easily mistaken word',
                'verbose_name_plural': 'easily mistaken words',
                'ordering': ('wrong',),
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='subject')),
                ('genre', models.CharField(blank=True, choices=[('news', 'news report'), ('feature', 'feature'), ('opinion', 'opinion'), ('picture', 'pictures'), ('video', 'video'), ('notice', 'public notice'), ('reprint', 'reprint')], max_length=10, verbose_name='genre')),
                ('planned_day', models.DateField(blank=True, db_index=True, null=True, verbose_name='planned for')),
                ('status', models.CharField(choices=[('proposed', 'proposed'), ('assigned', 'assigned'), ('dropped', 'dropped')], default='proposed', max_length=10, verbose_name='status')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='entered at')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ('planned_day', 'pk'),
            },
        ),
        migrations.AlterModelOptions(
            name='article',
            options={'ordering': ('-pk',), 'permissions': (('publish_article', 'May publish, schedule and hold pieces'), ('withdraw_article', 'May withdraw pieces'), ('hold_article', 'May stop scheduled pieces'), ('sign_first_review', 'May sign the first review'), ('sign_second_review', 'May sign the second review'), ('sign_final_review', 'May sign the final review'), ('sign_proof', 'May sign proofs'), ('edit_others_articles', 'May change pieces that others entered')), 'verbose_name': 'piece', 'verbose_name_plural': 'pieces'},
        ),
        migrations.RemoveConstraint(
            model_name='submission',
            name='submission_has_text_or_file',
        ),
        migrations.AddField(
            model_name='article',
            name='needs_report',
            field=models.BooleanField(default=False, help_text='Then it is released only with the reference of the answer, or a photo of the signed paper.', verbose_name='to be reported upward first'),
        ),
        migrations.AddField(
            model_name='article',
            name='report_paper',
            field=models.FileField(blank=True, help_text='A picture or a PDF; only the desk sees it.', max_length=200, upload_to=articles.models.pieces.report_path, verbose_name='photo of the signed paper'),
        ),
        migrations.AddField(
            model_name='article',
            name='report_reference',
            field=models.CharField(blank=True, max_length=100, verbose_name='reference of the answer'),
        ),
        migrations.AddField(
            model_name='figure',
            name='alt_in_caption',
            field=models.BooleanField(default=False, help_text='Then no description of its own is needed.', verbose_name='the caption says what the picture shows'),
        ),
        migrations.AddField(
            model_name='publication',
            name='ordered_by',
            field=models.CharField(blank=True, max_length=100, verbose_name='withdrawn by order of'),
        ),
        migrations.AddField(
            model_name='publication',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='withdrawn by'),
        ),
        migrations.AddField(
            model_name='submission',
            name='account',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account of the sender'),
        ),
        migrations.AddField(
            model_name='submission',
            name='byline',
            field=models.CharField(blank=True, help_text='How the sender wants to be named: 通讯员 张三 李四.', max_length=300, verbose_name='byline'),
        ),
        migrations.AddField(
            model_name='submission',
            name='declined_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='declined at'),
        ),
        migrations.AddField(
            model_name='submission',
            name='declined_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='declined by'),
        ),
        migrations.AddField(
            model_name='submission',
            name='entry',
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='submission',
            name='recalled_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='taken back at'),
        ),
        migrations.AlterField(
            model_name='historyentry',
            name='act',
            field=models.CharField(choices=[('created', 'created'), ('edited', 'edited'), ('classified', 'classification changed'), ('published', 'published'), ('scheduled', 'scheduled for release'), ('unscheduled', 'taken out of the schedule'), ('expiry_set', 'expiry changed'), ('held', 'held back'), ('released', 'released again'), ('withdrawn', 'withdrawn'), ('compared', 'compared with print'), ('trashed', 'moved to the recycle bin'), ('restored', 'restored from the recycle bin'), ('arranged', 'front page arranged'), ('merged', 'contributors merged'), ('imported', 'read from a newspaper page'), ('flag_cleared', 'proofing flag cleared'), ('flag_raised', 'proofing flag put back'), ('received', 'made from a submission'), ('submitted', 'submitted for review'), ('recalled', 'taken back from review'), ('signed', 'signed'), ('returned', 'returned for changes'), ('rejected', 'not used'), ('stages_set', 'stages of review changed'), ('reverted', 'taken back to an earlier version'), ('corrected', 'correction published'), ('fault_recorded', 'error recorded'), ('commented', 'commented'), ('comment_resolved', 'comment resolved'), ('confirmed_schedule', 'scheduled text confirmed although edited since')], max_length=20, verbose_name='act'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['account', '-id'], name='submission_of_an_account'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('file', ''), _negated=True), models.Q(('headline', ''), _negated=True), _connector='OR'), name='submission_has_text_or_file'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('declined_at', None), ('declined_by', None)), models.Q(('declined_at__isnull', False), ('declined_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='submission_declined_by_a_person_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(('recalled_at', None), models.Q(('article', None), ('declined_at', None)), _connector='OR'), name='submission_taken_back_before_it_is_a_piece'),
        ),
        migrations.AddField(
            model_name='autosave',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='autosaves', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='comment',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='articles.article', verbose_name='piece'),
        ),
        migrations.AddField(
            model_name='comment',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='comment',
            name='resolved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='resolved by'),
        ),
        migrations.AddField(
            model_name='comment',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='correction',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='articles.article', verbose_name='piece'),
        ),
        migrations.AddField(
            model_name='correction',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='correction',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='fault',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='faults', to='articles.article', verbose_name='piece'),
        ),
        migrations.AddField(
            model_name='fault',
            name='recorded_by',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AddField(
            model_name='fault',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version', verbose_name='version'),
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.CheckConstraint(condition=models.Q(('from_day', None), ('to_day', None), ('to_day__gte', models.F('from_day')), _connector='OR'), name='office_ends_after_it_begins', violation_error_message='The last day lies before the first.'),
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('title', ''), _negated=True)), name='office_has_a_name_and_a_title'),
        ),
        migrations.AddField(
            model_name='review',
            name='article',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='articles.article', verbose_name='piece'),
        ),
        migrations.AddField(
            model_name='review',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.AddField(
            model_name='review',
            name='opened_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by'),
        ),
        migrations.AddField(
            model_name='review',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.version', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='publication',
            name='review',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.review', verbose_name='review'),
        ),
        migrations.AddField(
            model_name='sentpicture',
            name='submission',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='articles.submission'),
        ),
        migrations.AddField(
            model_name='shift',
            name='editor',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='on duty'),
        ),
        migrations.AddField(
            model_name='shift',
            name='stand_in',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='stand-in'),
        ),
        migrations.AddField(
            model_name='signoff',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='signoff',
            name='instead_of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='standing in for'),
        ),
        migrations.AddField(
            model_name='signoff',
            name='review',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_offs', to='articles.review', verbose_name='review'),
        ),
        migrations.AddField(
            model_name='signoff',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_offs', to='articles.version', verbose_name='version'),
        ),
        migrations.AddField(
            model_name='stagesinforce',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('wrong', models.F('right')), _negated=True), models.Q(('wrong', ''), _negated=True), models.Q(('right', ''), _negated=True)), name='term_wrong_and_right_differ', violation_error_message='The wrong and the right form are the same.'),
        ),
        migrations.AddField(
            model_name='topic',
            name='article',
            field=models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='topic', to='articles.article', verbose_name='piece'),
        ),
        migrations.AddField(
            model_name='topic',
            name='campaign',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.campaign', verbose_name='campaign'),
        ),
        migrations.AddField(
            model_name='topic',
            name='column',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.column', verbose_name='column'),
        ),
        migrations.AddField(
            model_name='topic',
            name='created_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by'),
        ),
        migrations.AddField(
            model_name='topic',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='assigned to'),
        ),
        migrations.AddIndex(
            model_name='autosave',
            index=models.Index(fields=['saved_at'], name='autosave_oldest_first'),
        ),
        migrations.AddConstraint(
            model_name='autosave',
            constraint=models.UniqueConstraint(fields=('account', 'form'), name='autosave_one_of_a_form'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resolved_at', None), ('resolved_by', None)), models.Q(('resolved_at__isnull', False), ('resolved_by__isnull', False)), _connector='OR'), name='comment_resolved_by_a_person'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='comment_says_something'),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(fields=['-made_at', '-id'], name='correction_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='correction_says_something'),
        ),
        migrations.AddIndex(
            model_name='fault',
            index=models.Index(fields=['-found_day', '-id'], name='fault_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='fault',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gt', Decimal('0')), ('weight__lte', Decimal('100'))), name='fault_weighs_something'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['article', '-id'], name='review_of_a_piece'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['outcome', '-article'], name='review_by_outcome'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['-opened_at'], name='review_by_day'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('article',), name='review_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('outcome', '')), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='review_ends_with_an_outcome_and_a_person'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(fields=('day', 'post'), name='shift_one_of_a_post_a_day'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stand_in', None), ('stands_in_from', None), ('stands_in_until', None)), models.Q(('stand_in__isnull', False), ('stands_in_from__isnull', False), ('stands_in_until__gt', models.F('stands_in_from')), ('stands_in_until__isnull', False)), _connector='OR'), name='shift_stand_in_with_both_moments'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('stand_in', None), models.Q(('stand_in', models.F('editor')), _negated=True), _connector='OR'), name='shift_stand_in_is_another'),
        ),
        migrations.AddIndex(
            model_name='signoff',
            index=models.Index(fields=['by', '-at'], name='sign_off_by_a_person'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.UniqueConstraint(condition=models.Q(('decision__in', ('passed', 'amended', 'confirmed'))), fields=('review', 'version', 'stage', 'by'), name='sign_off_once_by_a_person_at_a_stage'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.UniqueConstraint(condition=models.Q(('decision__in', ('passed', 'amended', 'confirmed')), ('stage__in', ('first_review', 'second_review', 'final_review'))), fields=('review', 'version', 'by'), name='sign_off_of_reviews_by_different_people'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision__in', ('returned', 'unused')), _negated=True), models.Q(('opinion', ''), _negated=True), _connector='OR'), name='sign_off_against_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='signoff',
            constraint=models.CheckConstraint(condition=models.Q(('instead_of', None), models.Q(('instead_of', models.F('by')), _negated=True), _connector='OR'), name='sign_off_stands_in_for_another'),
        ),
        migrations.AddConstraint(
            model_name='stagesinforce',
            constraint=models.CheckConstraint(condition=models.Q(('proofs__in', [0, 1, 2, 3]), ('reviews__in', [1, 2, 3])), name='stages_as_the_desk_knows_them'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='topic_has_a_title'),
        ),
    ]
