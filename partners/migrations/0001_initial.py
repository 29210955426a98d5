import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
import svd_portal.kit.models.base
import svd_portal.kit.operations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(
        ),
        django.contrib.postgres.operations.UnaccentExtension(
        ),
        svd_portal.kit.operations.Together(
            operations=[migrations.CreateModel(
                name='OrganisationHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('name', models.CharField(db_index=True, max_length=200, verbose_name='name')),
                    ('short_name', models.CharField(blank=True, max_length=40, verbose_name='short name')),
                    ('identifier', models.CharField(blank=True, help_text='As org-id.guide gives it.', max_length=80, verbose_name='organisation identifier')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical organisation',
                    'verbose_name_plural': 'historical organisations',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['history_date', 'id'], name='partners_or_history_2cbe39_idx')],
                    'constraints': [models.UniqueConstraint(fields=('id', 'version'), name='partners_organisation_version_once')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='Organisation',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                    ('short_name', models.CharField(blank=True, max_length=40, verbose_name='short name')),
                    ('identifier', models.CharField(blank=True, help_text='As org-id.guide gives it.', max_length=80, verbose_name='organisation identifier')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.CheckConstraint(condition=models.Q(('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='organisation_dates_in_order')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='SuccessionHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('on', models.DateField(verbose_name='on')),
                    ('predecessor', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.organisation')),
                    ('successor', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.organisation')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical succession',
                    'verbose_name_plural': 'historical successions',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['history_date', 'id'], name='partners_su_history_8eabe2_idx')],
                    'constraints': [models.UniqueConstraint(fields=('id', 'version'), name='partners_succession_version_once')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='Succession',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='partners.organisation')),
                    ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inheritances', to='partners.organisation')),
                    ('on', models.DateField(verbose_name='on')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor'), name='succession_once'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='succession_by_another')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='AreaHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('kind', models.CharField(choices=[('force', 'Police force area'), ('region', 'Region'), ('county', 'County'), ('district', 'District or borough'), ('unitary', 'Unitary area')], max_length=20, verbose_name='kind')),
                    ('code', models.CharField(blank=True, max_length=12, verbose_name='ONS code')),
                    ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.area')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical area',
                    'verbose_name_plural': 'historical areas',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['history_date', 'id'], name='partners_ar_history_47ff91_idx')],
                    'constraints': [models.UniqueConstraint(fields=('id', 'version'), name='partners_area_version_once')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='Area',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('kind', models.CharField(choices=[('force', 'Police force area'), ('region', 'Region'), ('county', 'County'), ('district', 'District or borough'), ('unitary', 'Unitary area')], max_length=20, verbose_name='kind')),
                    ('code', models.CharField(blank=True, max_length=12, verbose_name='ONS code')),
                    ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='partners.area')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('name', 'kind'), name='area_name_once_per_kind'), models.CheckConstraint(condition=models.Q(('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='area_dates_in_order')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='PartnershipHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('slug', models.SlugField(max_length=40, verbose_name='address')),
                    ('name', models.CharField(db_index=True, max_length=120, verbose_name='name')),
                    ('suppression_threshold', models.PositiveSmallIntegerField(default=5, verbose_name='small numbers below this are withheld')),
                    ('convener', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.organisation', verbose_name='local policing body')),
                    ('area', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.area')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical partnership',
                    'verbose_name_plural': 'historical partnerships',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['history_date', 'id'], name='partners_pa_history_e85b80_idx')],
                    'constraints': [models.UniqueConstraint(fields=('id', 'version'), name='partners_partnership_version_once')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='Partnership',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('slug', models.SlugField(max_length=40, unique=True, verbose_name='address')),
                    ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                    ('convener', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='convened', to='partners.organisation', verbose_name='local policing body')),
                    ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partnerships', to='partners.area')),
                    ('suppression_threshold', models.PositiveSmallIntegerField(default=5, verbose_name='small numbers below this are withheld')),
                ],
                options={
                    'permissions': [('partnership_view', 'See the partnership: partners, meetings, decisions, plans, awards and all spend.'), ('partnership_manage_programme', 'Change milestones, products and the delivery plan.'), ('partnership_manage_governance', 'Call meetings, write minutes, and record decisions and actions.'), ('partnership_manage_funding', 'Record allocations and awards, enter spend for a partner, prepare returns.'), ('partnership_issue_notice', "Record the PCC's decision notices, and publish awards and spending."), ('partnership_check_return', 'Carry out the finance check of a return, or send it back.'), ('partnership_certify_as_cfo', 'Certify a return as chief finance officer, or send it back.'), ('partnership_certify_as_lead_officer', 'Certify a return as PCC lead officer, or send it back.'), ('partnership_read_evidence', "Open every partner's evidence files."), ('partnership_read_restricted', 'Read restricted items of every body.'), ('partnership_read_history', "Read the partnership's whole record of changes."), ('partnership_administer', 'Invite people, give and end roles, recover a sign-in.')],
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.CheckConstraint(condition=models.Q(('slug__in', ['accounts', 'calendar', 'health', 'help', 'partnerships', 'public', 'static', 'verify']), _negated=True), name='partnership_slug_free')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='PartnerHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                    ('partnership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('organisation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.organisation')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical partner',
                    'verbose_name_plural': 'historical partners',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['partnership', 'history_date', 'history_id'], name='partners_pa_partner_919e62_idx')],
                    'constraints': [models.UniqueConstraint(fields=('id', 'version'), name='partners_partner_version_once')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='Partner',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partners', to='partners.organisation')),
                    ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ],
                options={
                    'permissions': [('partner_report_spend', "Report the partner's own spend."), ('partner_read_evidence', "Open the partner's own evidence files."), ('partner_update_actions', "Report progress on the partner's own actions."), ('partner_comment_on_return', 'Comment on a return for the partner.')],
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('partnership', 'organisation'), name='partner_once'), models.CheckConstraint(condition=models.Q(('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='partner_dates_in_order')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='PartnerCapacityHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('capacity', models.CharField(choices=[('police', 'Chief officer of police'), ('fire', 'Fire and rescue authority'), ('integrated_care_board', 'Integrated care board'), ('local_health_board', 'Local health board'), ('county_council', 'Local authority (county)'), ('district_council', 'Local authority (district or borough)'), ('unitary_council', 'Local authority (unitary or metropolitan)'), ('public_health', 'Public health (part of the local authority)'), ('youth_offending_team', 'Youth offending team'), ('probation', 'Provider of probation services'), ('education', 'Educational authority'), ('prison', 'Prison authority'), ('youth_custody', 'Youth custody authority'), ('local_policing_body', 'Local policing body'), ('provider', 'Provider of services'), ('other', 'Other organisation')], max_length=40, verbose_name='capacity')),
                    ('partnership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partner')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical partner capacity',
                    'verbose_name_plural': 'historical partner capacitys',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['partnership', 'history_date', 'history_id'], name='partners_pa_partner_d3505c_idx')],
                    'constraints': [models.UniqueConstraint(fields=('id', 'version'), name='partners_partnercapacity_version_once')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='PartnerCapacity',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='capacities', to='partners.partner')),
                    ('capacity', models.CharField(choices=[('police', 'Chief officer of police'), ('fire', 'Fire and rescue authority'), ('integrated_care_board', 'Integrated care board'), ('local_health_board', 'Local health board'), ('county_council', 'Local authority (county)'), ('district_council', 'Local authority (district or borough)'), ('unitary_council', 'Local authority (unitary or metropolitan)'), ('public_health', 'Public health (part of the local authority)'), ('youth_offending_team', 'Youth offending team'), ('probation', 'Provider of probation services'), ('education', 'Educational authority'), ('prison', 'Prison authority'), ('youth_custody', 'Youth custody authority'), ('local_policing_body', 'Local policing body'), ('provider', 'Provider of services'), ('other', 'Other organisation')], max_length=40, verbose_name='capacity')),
                    ('areas', models.ManyToManyField(related_name='+', through='partners.ServedArea', to='partners.area')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('partner', 'capacity', 'first_day'), name='capacity_once_from_a_day'), models.CheckConstraint(condition=models.Q(('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='capacity_dates_in_order')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='ServedAreaHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('partnership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('capacity', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnercapacity')),
                    ('area', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.area')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical served area',
                    'verbose_name_plural': 'historical served areas',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['partnership', 'history_date', 'history_id'], name='partners_se_partner_be77c6_idx')],
                    'constraints': [models.UniqueConstraint(fields=('id', 'version'), name='partners_servedarea_version_once')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='ServedArea',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('capacity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='served', to='partners.partnercapacity')),
                    ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.area')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('capacity', 'area'), name='served_area_once')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='PartnershipAppointmentHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('role', models.CharField(choices=[('programme_lead', 'Programme lead'), ('finance_officer', 'PCC finance officer'), ('finance_checker', 'PCC finance checker'), ('lead_officer', 'PCC lead officer'), ('chief_finance_officer', 'Chief finance officer'), ('auditor', 'Auditor'), ('administrator', 'Administrator'), ('partner_representative', 'Partner representative'), ('partner_deputy', 'Partner deputy'), ('partner_finance_contact', 'Partner finance contact'), ('body_chair', 'Body chair'), ('body_member', 'Body member'), ('observer', 'Observer')], max_length=40, verbose_name='role')),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                    ('partnership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical partnership appointment',
                    'verbose_name_plural': 'historical partnership appointments',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['partnership', 'history_date', 'history_id'], name='partners_pa_partner_d79279_idx')],
                    'constraints': [models.UniqueConstraint(fields=('id', 'version'), name='partners_partnershipappointment_version_once')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='PartnershipAppointment',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to=settings.AUTH_USER_MODEL)),
                    ('role', models.CharField(choices=[('programme_lead', 'Programme lead'), ('finance_officer', 'PCC finance officer'), ('finance_checker', 'PCC finance checker'), ('lead_officer', 'PCC lead officer'), ('chief_finance_officer', 'Chief finance officer'), ('auditor', 'Auditor'), ('administrator', 'Administrator'), ('partner_representative', 'Partner representative'), ('partner_deputy', 'Partner deputy'), ('partner_finance_contact', 'Partner finance contact'), ('body_chair', 'Body chair'), ('body_member', 'Body member'), ('observer', 'Observer')], max_length=40, verbose_name='role')),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'indexes': [models.Index(fields=['user', 'partnership'], name='partnershipappointment_of_user')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['programme_lead', 'finance_officer', 'finance_checker', 'lead_officer', 'chief_finance_officer', 'auditor', 'administrator'])), name='partnership_appointment_role_fits'), models.CheckConstraint(condition=models.Q(('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='partnership_appointment_dates_in_order'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('user', 'role', 'partnership', 'first_day'), name='partnership_appointment_once')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='PartnerAppointmentHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('role', models.CharField(choices=[('programme_lead', 'Programme lead'), ('finance_officer', 'PCC finance officer'), ('finance_checker', 'PCC finance checker'), ('lead_officer', 'PCC lead officer'), ('chief_finance_officer', 'Chief finance officer'), ('auditor', 'Auditor'), ('administrator', 'Administrator'), ('partner_representative', 'Partner representative'), ('partner_deputy', 'Partner deputy'), ('partner_finance_contact', 'Partner finance contact'), ('body_chair', 'Body chair'), ('body_member', 'Body member'), ('observer', 'Observer')], max_length=40, verbose_name='role')),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                    ('partnership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partner')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical partner appointment',
                    'verbose_name_plural': 'historical partner appointments',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['partnership', 'history_date', 'history_id'], name='partners_pa_partner_a1ccd9_idx')],
                    'constraints': [models.UniqueConstraint(fields=('id', 'version'), name='partners_partnerappointment_version_once')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='PartnerAppointment',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('first_day', models.DateField(verbose_name='first day')),
                    ('last_day', models.DateField(blank=True, null=True, verbose_name='last day')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to=settings.AUTH_USER_MODEL)),
                    ('role', models.CharField(choices=[('programme_lead', 'Programme lead'), ('finance_officer', 'PCC finance officer'), ('finance_checker', 'PCC finance checker'), ('lead_officer', 'PCC lead officer'), ('chief_finance_officer', 'Chief finance officer'), ('auditor', 'Auditor'), ('administrator', 'Administrator'), ('partner_representative', 'Partner representative'), ('partner_deputy', 'Partner deputy'), ('partner_finance_contact', 'Partner finance contact'), ('body_chair', 'Body chair'), ('body_member', 'Body member'), ('observer', 'Observer')], max_length=40, verbose_name='role')),
                    ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                    ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='partners.partner')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'indexes': [models.Index(fields=['user', 'partnership'], name='partnerappointment_of_user')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['partner_representative', 'partner_deputy', 'partner_finance_contact'])), name='partner_appointment_role_fits'), models.CheckConstraint(condition=models.Q(('last_day__isnull', True), ('last_day__gte', models.F('first_day')), _connector='OR'), name='partner_appointment_dates_in_order'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('user', 'role', 'partner', 'first_day'), name='partner_appointment_once')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='PartnershipUserObjectPermission',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                    ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='partners.partnership')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'unique_together': {('user', 'permission', 'content_object')},
                },
            ), migrations.CreateModel(
                name='PartnerUserObjectPermission',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                    ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='partners.partner')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'unique_together': {('user', 'permission', 'content_object')},
                },
            ), migrations.CreateModel(
                name='PersonEvent',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.CharField(choices=[('invited', 'Invited'), ('recovered', 'Sign-in recovered'), ('deactivated', 'Sign-in closed'), ('reactivated', 'Sign-in reopened'), ('erased', 'Details erased')], max_length=20, verbose_name='what happened')),
                    ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                    ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('doing', models.CharField(blank=True, max_length=120, verbose_name='command')),
                ],
                options={
                    'ordering': ['-created_at'],
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.CheckConstraint(condition=models.Q(('by__isnull', False), models.Q(('doing', ''), _negated=True), _connector='OR'), name='person_event_by_someone')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='LastVisit',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership')),
                    ('at', models.DateTimeField(verbose_name='at')),
                    ('previous', models.DateTimeField(blank=True, null=True, verbose_name='the visit before')),
                ],
                options={
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('user', 'partnership'), name='last_visit_once')],
                },
            ), migrations.CreateModel(
                name='NoticePreference',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('kind', models.CharField(choices=[('meetings', 'A meeting, or a series of them, is called, moved or cancelled'), ('agendas', 'An agenda is published'), ('papers', 'Papers are added or replaced after the agenda was published'), ('minutes', 'Draft minutes wait for your comments'), ('closing', 'Comments on minutes close in two days'), ('approved', 'Minutes were approved'), ('actions', 'Reminders of your actions before and after their date')], max_length=20, verbose_name='kind')),
                    ('wanted', models.BooleanField(default=True, verbose_name='wanted')),
                ],
                options={
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='notice_preference_once')],
                },
            ), migrations.CreateModel(
                name='User',
                fields=[
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('email', models.EmailField(max_length=254, null=True, unique=True, verbose_name='e-mail address')),
                    ('name', models.CharField(blank=True, max_length=120, verbose_name='full name')),
                    ('job_title', models.CharField(blank=True, max_length=120, verbose_name='job title')),
                    ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                    ('joined_at', models.DateTimeField(auto_now_add=True, verbose_name='joined')),
                    ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='details erased')),
                ],
                options={
                    'default_permissions': (),
                    'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_lower_case')],
                },
            ), pgtrigger.migrations.AddTrigger(
                model_name='areahistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f421a52ff9fa033e518529068e0df05c63b07a65', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a0dd6', table='partners_areahistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='areahistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'partners_areahistory is append-only';", hash='ae7c0e7e98d28723d4584ccc1abfa8e070959b82', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_56066', table='partners_areahistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='areahistory',
                trigger=pgtrigger.compiler.Trigger(name='as_it_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (\n                SELECT 1 FROM partners_area r\n                WHERE r.id = NEW.id AND (r.id, r.version, r.created_at, r.first_day, r.last_day, r.name, r.kind, r.code, r.parent_id) IS NOT DISTINCT FROM (NEW.id, NEW.version, NEW.created_at, NEW.first_day, NEW.last_day, NEW.name, NEW.kind, NEW.code, NEW.parent_id)\n            ) THEN\n                RAISE EXCEPTION 'history says of a record what stands there'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            NEW.history_date = clock_timestamp();\n            RETURN NEW;\n        ", hash='1a0d4db0bde8af16ce9ca1fd4b3e772a10273fc3', operation='INSERT', pgid='pgtrigger_as_it_stands_b089d', table='partners_areahistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='organisationhistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3e686820f6b5120fa04487efd485916c54cbe8b4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_78345', table='partners_organisationhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='organisationhistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'partners_organisationhistory is append-only';", hash='87fd83539697a75c760e5b2c455855920d560c7e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_63b67', table='partners_organisationhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='organisationhistory',
                trigger=pgtrigger.compiler.Trigger(name='as_it_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (\n                SELECT 1 FROM partners_organisation r\n                WHERE r.id = NEW.id AND (r.id, r.version, r.created_at, r.first_day, r.last_day, r.name, r.short_name, r.identifier) IS NOT DISTINCT FROM (NEW.id, NEW.version, NEW.created_at, NEW.first_day, NEW.last_day, NEW.name, NEW.short_name, NEW.identifier)\n            ) THEN\n                RAISE EXCEPTION 'history says of a record what stands there'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            NEW.history_date = clock_timestamp();\n            RETURN NEW;\n        ", hash='2988126dc4aba6566984bd79c69dc5223f291e94', operation='INSERT', pgid='pgtrigger_as_it_stands_574b7', table='partners_organisationhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnerhistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b140b92c6f892d69ce7cab66d0d34775f3171600', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_229ff', table='partners_partnerhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnerhistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'partners_partnerhistory is append-only';", hash='860b1937b38e375b4534a3da760f436ffbb38104', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_b6ff2', table='partners_partnerhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnerhistory',
                trigger=pgtrigger.compiler.Trigger(name='as_it_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (\n                SELECT 1 FROM partners_partner r\n                WHERE r.id = NEW.id AND (r.id, r.version, r.created_at, r.partnership_id, r.first_day, r.last_day, r.organisation_id, r.note) IS NOT DISTINCT FROM (NEW.id, NEW.version, NEW.created_at, NEW.partnership_id, NEW.first_day, NEW.last_day, NEW.organisation_id, NEW.note)\n            ) THEN\n                RAISE EXCEPTION 'history says of a record what stands there'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            NEW.history_date = clock_timestamp();\n            RETURN NEW;\n        ", hash='cc6f1ba3906404143c95995c020960804cf77fe3', operation='INSERT', pgid='pgtrigger_as_it_stands_10a45', table='partners_partnerhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnercapacityhistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='01234f30be3e0cee128e8dfd493c47850783ee35', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d5be3', table='partners_partnercapacityhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnercapacityhistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'partners_partnercapacityhistory is append-only';", hash='cc02db83c0b98979e4f2e9cd24c70e8f47075c5d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_03cbd', table='partners_partnercapacityhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnercapacityhistory',
                trigger=pgtrigger.compiler.Trigger(name='as_it_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (\n                SELECT 1 FROM partners_partnercapacity r\n                WHERE r.id = NEW.id AND (r.id, r.version, r.created_at, r.partnership_id, r.first_day, r.last_day, r.partner_id, r.capacity) IS NOT DISTINCT FROM (NEW.id, NEW.version, NEW.created_at, NEW.partnership_id, NEW.first_day, NEW.last_day, NEW.partner_id, NEW.capacity)\n            ) THEN\n                RAISE EXCEPTION 'history says of a record what stands there'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            NEW.history_date = clock_timestamp();\n            RETURN NEW;\n        ", hash='9aa3ed7d471da393f104b0be8f2f31db5f7b0caa', operation='INSERT', pgid='pgtrigger_as_it_stands_90e85', table='partners_partnercapacityhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnerappointmenthistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a8dcd2fcf6cfc00b97f57da4ab75ef87d0eb7eac', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c979e', table='partners_partnerappointmenthistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnerappointmenthistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'partners_partnerappointmenthistory is append-only';", hash='2e6ea18747b4a03ffcc3d24573c621d0b6c49095', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_36ea6', table='partners_partnerappointmenthistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnerappointmenthistory',
                trigger=pgtrigger.compiler.Trigger(name='as_it_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (\n                SELECT 1 FROM partners_partnerappointment r\n                WHERE r.id = NEW.id AND (r.id, r.version, r.created_at, r.partnership_id, r.first_day, r.last_day, r.user_id, r.role, r.withdrawn_at, r.partner_id) IS NOT DISTINCT FROM (NEW.id, NEW.version, NEW.created_at, NEW.partnership_id, NEW.first_day, NEW.last_day, NEW.user_id, NEW.role, NEW.withdrawn_at, NEW.partner_id)\n            ) THEN\n                RAISE EXCEPTION 'history says of a record what stands there'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            NEW.history_date = clock_timestamp();\n            RETURN NEW;\n        ", hash='4ff21fb266caeb1898a03b7f836b42c67d9b4edc', operation='INSERT', pgid='pgtrigger_as_it_stands_768b9', table='partners_partnerappointmenthistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnerappointment',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nIF NEW.partner_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM partners_partner WHERE id = NEW.partner_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'partner belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nRETURN NEW;", hash='1a791ba65286afb32212fd1f4896a0845d3b288f', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_f0145', table='partners_partnerappointment', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partner',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nRETURN NEW;", hash='9e10756d395d2e829a722e2610ce906fd777baa7', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_22f5e', table='partners_partner', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnershipappointment',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nRETURN NEW;", hash='2c4a52bc17bcc5695589280438b389ff3eb58d9f', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_f8385', table='partners_partnershipappointment', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnershipappointmenthistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='52725137dc4f666b02b1ebfa13bd053b2671daf4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_170e5', table='partners_partnershipappointmenthistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnershipappointmenthistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'partners_partnershipappointmenthistory is append-only';", hash='8aa095867c0c8794d1586e17647876b0877ef9a9', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_3f4f6', table='partners_partnershipappointmenthistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnershipappointmenthistory',
                trigger=pgtrigger.compiler.Trigger(name='as_it_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (\n                SELECT 1 FROM partners_partnershipappointment r\n                WHERE r.id = NEW.id AND (r.id, r.version, r.created_at, r.partnership_id, r.first_day, r.last_day, r.user_id, r.role, r.withdrawn_at) IS NOT DISTINCT FROM (NEW.id, NEW.version, NEW.created_at, NEW.partnership_id, NEW.first_day, NEW.last_day, NEW.user_id, NEW.role, NEW.withdrawn_at)\n            ) THEN\n                RAISE EXCEPTION 'history says of a record what stands there'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            NEW.history_date = clock_timestamp();\n            RETURN NEW;\n        ", hash='dcbab2117e6877f1c5e93ac47b209967fb9a1ff9', operation='INSERT', pgid='pgtrigger_as_it_stands_08426', table='partners_partnershipappointmenthistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnershiphistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='51d6c1d94c41043d3f44384a772365687af021ae', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_33d91', table='partners_partnershiphistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnershiphistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'partners_partnershiphistory is append-only';", hash='bb0a3bc0778b16657c6e4ce47cf20c4afffd4091', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_18a07', table='partners_partnershiphistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnershiphistory',
                trigger=pgtrigger.compiler.Trigger(name='as_it_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (\n                SELECT 1 FROM partners_partnership r\n                WHERE r.id = NEW.id AND (r.id, r.version, r.created_at, r.slug, r.name, r.convener_id, r.area_id, r.suppression_threshold) IS NOT DISTINCT FROM (NEW.id, NEW.version, NEW.created_at, NEW.slug, NEW.name, NEW.convener_id, NEW.area_id, NEW.suppression_threshold)\n            ) THEN\n                RAISE EXCEPTION 'history says of a record what stands there'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            NEW.history_date = clock_timestamp();\n            RETURN NEW;\n        ", hash='84824f151b8581dc7433c81de7f9a0b99613ec7a', operation='INSERT', pgid='pgtrigger_as_it_stands_c6ed0', table='partners_partnershiphistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='personevent',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0de21a79c0b4d3a38c84d9398ca1e94f192bcd90', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0bbba', table='partners_personevent', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='personevent',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'partners_personevent is append-only';", hash='e8777dc13200a23fbf1b24723ea22d85c4269ccc', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_b02a9', table='partners_personevent', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='personevent',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nRETURN NEW;", hash='94f04784d2da087c97dfbef5cb71de481c541d44', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_e8dec', table='partners_personevent', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='servedarea',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nIF NEW.capacity_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM partners_partnercapacity WHERE id = NEW.capacity_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'capacity belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nRETURN NEW;", hash='a5eff58d2da0efa518ed34bb11bdcbbf831358e3', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_05ef7', table='partners_servedarea', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='partnercapacity',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nIF NEW.partner_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM partners_partner WHERE id = NEW.partner_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'partner belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nRETURN NEW;", hash='d7e3b0f4ce652aeba8d6ff54708a142a1ddf1d7b', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_4eccd', table='partners_partnercapacity', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='servedareahistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e9a3b8e7b1f2f4e0d2817197fdd03d4fa18f019b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d2ed5', table='partners_servedareahistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='servedareahistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'partners_servedareahistory is append-only';", hash='40b8c6fa03457841ac2d844a3643061dbe1dffbe', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_44252', table='partners_servedareahistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='servedareahistory',
                trigger=pgtrigger.compiler.Trigger(name='as_it_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (\n                SELECT 1 FROM partners_servedarea r\n                WHERE r.id = NEW.id AND (r.id, r.version, r.created_at, r.partnership_id, r.capacity_id, r.area_id) IS NOT DISTINCT FROM (NEW.id, NEW.version, NEW.created_at, NEW.partnership_id, NEW.capacity_id, NEW.area_id)\n            ) THEN\n                RAISE EXCEPTION 'history says of a record what stands there'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            NEW.history_date = clock_timestamp();\n            RETURN NEW;\n        ", hash='53bbeac61f82566cf032708f0b84d6b05055b13b', operation='INSERT', pgid='pgtrigger_as_it_stands_c36a2', table='partners_servedareahistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='successionhistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3ad0306c244fd55c92a4b0a1a0d58c3626a8b183', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_dc25d', table='partners_successionhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='successionhistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'partners_successionhistory is append-only';", hash='dc31318f1e4c425c1bf1092357ebba49666d1cf3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_9c1ae', table='partners_successionhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='successionhistory',
                trigger=pgtrigger.compiler.Trigger(name='as_it_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (\n                SELECT 1 FROM partners_succession r\n                WHERE r.id = NEW.id AND (r.id, r.version, r.created_at, r.predecessor_id, r.successor_id, r.on) IS NOT DISTINCT FROM (NEW.id, NEW.version, NEW.created_at, NEW.predecessor_id, NEW.successor_id, NEW.on)\n            ) THEN\n                RAISE EXCEPTION 'history says of a record what stands there'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            NEW.history_date = clock_timestamp();\n            RETURN NEW;\n        ", hash='699bf7cdd65634a1b175cb7b184b7fbdc039ee81', operation='INSERT', pgid='pgtrigger_as_it_stands_951e1', table='partners_successionhistory', when='BEFORE')),
            )],
        ),
    ]
