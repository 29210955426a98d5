import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
import svd_portal.kit.models.base
import svd_portal.kit.operations
import svd_portal.kit.queries
import svd_portal.kit.words
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('funding', '0001_initial'),
    ]

    operations = [
        svd_portal.kit.operations.Together(
            operations=[migrations.CreateModel(
                name='ReportHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('kind', models.CharField(choices=[('highlight', 'Highlight report'), ('contribution', "Our part of another body's report"), ('scrutiny', 'Scrutiny report on one topic')], max_length=20, verbose_name='kind')),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('heading', models.CharField(blank=True, max_length=200, verbose_name='their heading')),
                    ('first_day', models.DateField(verbose_name='from')),
                    ('last_day', models.DateField(verbose_name='to')),
                    ('summary', models.TextField(blank=True, max_length=4000, verbose_name='summary')),
                    ('decided', models.TextField(blank=True, max_length=4000, verbose_name='what was decided')),
                    ('done', models.TextField(blank=True, max_length=4000, verbose_name='what was done')),
                    ('delivered', models.TextField(blank=True, max_length=4000, verbose_name='milestones and delivery')),
                    ('spent', models.TextField(blank=True, max_length=4000, verbose_name='money')),
                    ('escalated', models.TextField(blank=True, max_length=4000, verbose_name='what was escalated')),
                    ('ahead', models.TextField(blank=True, max_length=4000, verbose_name='what comes next, and what we ask')),
                    ('frozen_on', models.DateField(blank=True, null=True, verbose_name='frozen on')),
                    ('illustrative', models.BooleanField(default=False, verbose_name='illustrative')),
                    ('partnership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('to', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='governance.body', verbose_name='for')),
                    ('topic', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='milestones.priority', verbose_name='topic')),
                    ('replaces', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='home.report')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'historical report',
                    'verbose_name_plural': 'historical reports',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['partnership', 'history_date', 'history_id'], name='home_report_partner_da0238_idx')],
                    'constraints': [models.UniqueConstraint(fields=('id', 'version'), name='home_report_version_once')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='Report',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('kind', models.CharField(choices=[('highlight', 'Highlight report'), ('contribution', "Our part of another body's report"), ('scrutiny', 'Scrutiny report on one topic')], max_length=20, verbose_name='kind')),
                    ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.body', verbose_name='for')),
                    ('title', models.CharField(max_length=200, verbose_name='title')),
                    ('heading', models.CharField(blank=True, max_length=200, verbose_name='their heading')),
                    ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.priority', verbose_name='topic')),
                    ('first_day', models.DateField(verbose_name='from')),
                    ('last_day', models.DateField(verbose_name='to')),
                    ('summary', models.TextField(blank=True, max_length=4000, verbose_name='summary')),
                    ('decided', models.TextField(blank=True, max_length=4000, verbose_name='what was decided')),
                    ('done', models.TextField(blank=True, max_length=4000, verbose_name='what was done')),
                    ('delivered', models.TextField(blank=True, max_length=4000, verbose_name='milestones and delivery')),
                    ('spent', models.TextField(blank=True, max_length=4000, verbose_name='money')),
                    ('escalated', models.TextField(blank=True, max_length=4000, verbose_name='what was escalated')),
                    ('ahead', models.TextField(blank=True, max_length=4000, verbose_name='what comes next, and what we ask')),
                    ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='home.report')),
                    ('frozen_on', models.DateField(blank=True, null=True, verbose_name='frozen on')),
                    ('illustrative', models.BooleanField(default=False, verbose_name='illustrative')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'indexes': [models.Index(fields=['partnership', '-last_day', 'id'], name='report_by_day'), django.contrib.postgres.indexes.GinIndex(models.F('partnership'), svd_portal.kit.words.WordsOf('title', 'heading', 'summary', 'decided', 'done', 'delivered', 'spent', 'escalated', 'ahead'), name='report_words')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='report_days_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'scrutiny'), ('topic__isnull', False)), models.Q(models.Q(('kind', 'scrutiny'), _negated=True), ('topic__isnull', True)), _connector='OR'), name='report_on_a_topic')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='ReportSnapshot',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('report', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='snapshot', to='home.report')),
                    ('canonical', models.TextField(verbose_name='content')),
                    ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='report_snapshot_sha256'), models.CheckConstraint(condition=models.Q(('sha256', svd_portal.kit.queries.Sha256('canonical'))), name='report_snapshot_as_hashed')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), pgtrigger.migrations.AddTrigger(
                model_name='report',
                trigger=pgtrigger.compiler.Trigger(name='frozen_with_figures', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."frozen_on" IS NOT NULL)', func="\n                    IF NOT EXISTS (SELECT 1 FROM home_reportsnapshot s WHERE s.report_id = NEW.id) THEN\n                        RAISE EXCEPTION 'a report is frozen with its figures'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='473947644f3542159a35d1cb8e8f1653d341ff61', operation='INSERT OR UPDATE', pgid='pgtrigger_frozen_with_figures_f6680', table='home_report', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='report',
                trigger=pgtrigger.compiler.Trigger(name='stays_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."frozen_on" IS NOT NULL)', func="RAISE EXCEPTION 'a frozen report is never changed' USING ERRCODE = 'check_violation';", hash='ba2581778ae40bffe062251425240a1ba3083fd2', operation='UPDATE', pgid='pgtrigger_stays_frozen_3abaa', table='home_report', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='report',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nIF NEW.to_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM governance_body WHERE id = NEW.to_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'to belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nIF NEW.topic_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM milestones_priority WHERE id = NEW.topic_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'topic belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nIF NEW.replaces_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM home_report WHERE id = NEW.replaces_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'replaces belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nRETURN NEW;", hash='cc32a88c4340c6f6a39112270bc28c70cfbf21ec', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_5a57c', table='home_report', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='reporthistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9a09ef63ba0e7964563bbec8753393e0ae6a966f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fe034', table='home_reporthistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='reporthistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'home_reporthistory is append-only';", hash='8d5e70621602d7a5e828b9b680cdb19a6f7072bb', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_32211', table='home_reporthistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='reporthistory',
                trigger=pgtrigger.compiler.Trigger(name='as_it_stands', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.history_type <> (CASE NEW.version WHEN 1 THEN '+' ELSE '~' END) OR NOT EXISTS (\n                SELECT 1 FROM home_report r\n                WHERE r.id = NEW.id AND (r.id, r.version, r.created_at, r.partnership_id, r.kind, r.to_id, r.title, r.heading, r.topic_id, r.first_day, r.last_day, r.summary, r.decided, r.done, r.delivered, r.spent, r.escalated, r.ahead, r.replaces_id, r.frozen_on, r.illustrative) IS NOT DISTINCT FROM (NEW.id, NEW.version, NEW.created_at, NEW.partnership_id, NEW.kind, NEW.to_id, NEW.title, NEW.heading, NEW.topic_id, NEW.first_day, NEW.last_day, NEW.summary, NEW.decided, NEW.done, NEW.delivered, NEW.spent, NEW.escalated, NEW.ahead, NEW.replaces_id, NEW.frozen_on, NEW.illustrative)\n            ) THEN\n                RAISE EXCEPTION 'history says of a record what stands there'\n                    USING ERRCODE = 'check_violation';\n            END IF;\n            NEW.history_date = clock_timestamp();\n            RETURN NEW;\n        ", hash='8405316181d156dc23a29bdba03c7c3757b5fae3', operation='INSERT', pgid='pgtrigger_as_it_stands_54f99', table='home_reporthistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='reportsnapshot',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='493f144eb85163901bb532343b0814ce9add2807', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7dd50', table='home_reportsnapshot', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='reportsnapshot',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'home_reportsnapshot is append-only';", hash='c6339992038875dac9c07bafdb3e97d65e43818b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_77c4e', table='home_reportsnapshot', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='reportsnapshot',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nIF NEW.report_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM home_report WHERE id = NEW.report_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'report belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nRETURN NEW;", hash='5ed4795176dfff3082e547e9ec98bdfbba2649a7', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_f7761', table='home_reportsnapshot', when='BEFORE')),
            )],
        ),
    ]
