import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import simple_history.models
import svd_portal.kit.models.base
import svd_portal.kit.operations
import svd_portal.kit.queries
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('funding', '0001_initial'),
        ('partners', '0002_publishing'),
    ]

    operations = [
        svd_portal.kit.operations.Together(
            operations=[migrations.CreateModel(
                name='Publication',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('month', models.DateField(verbose_name='month')),
                    ('edition', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                    ('corrects', models.CharField(blank=True, max_length=300, verbose_name='what it corrects')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                ],
                options={
                    'ordering': ['-month', '-edition'],
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('partnership', 'month', 'edition'), name='publication_once'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='publication_of_a_month'), models.CheckConstraint(condition=models.Q(models.Q(('corrects', ''), ('edition', 1)), models.Q(('edition__gt', 1), models.Q(('corrects', ''), _negated=True)), _connector='OR'), name='publication_says_what_it_corrects')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='PublicationEntry',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('on', models.DateField(verbose_name='awarded or paid on')),
                    ('organisation', models.CharField(max_length=200, verbose_name='recipient')),
                    ('identifier', models.CharField(blank=True, max_length=80, verbose_name='organisation identifier')),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                    ('title', models.CharField(blank=True, max_length=140, verbose_name='title')),
                    ('description', models.TextField(blank=True, max_length=2000, verbose_name='description')),
                    ('purpose', models.TextField(max_length=2000, verbose_name='purpose')),
                    ('conditions', models.TextField(blank=True, max_length=4000, verbose_name='conditions')),
                    ('reasons', models.TextField(blank=True, max_length=4000, verbose_name='why it reduces crime and disorder')),
                    ('value_for_money', models.TextField(blank=True, max_length=4000, verbose_name='value for money')),
                    ('changed', models.TextField(blank=True, max_length=1000, verbose_name='what changed since it was published')),
                    ('terms', models.CharField(blank=True, editable=False, max_length=64, verbose_name="hash of the award's terms")),
                    ('looked_at', models.BooleanField(default=False, verbose_name='its words were looked at')),
                    ('left_out_because', models.CharField(blank=True, max_length=300, verbose_name='left out because')),
                    ('illustrative', models.BooleanField(default=False, verbose_name='illustrative')),
                    ('award', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='publication_entries', to='funding.award')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='publication_entries', to='funding.paymentmade')),
                    ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='funding.publication')),
                ],
                options={
                    'ordering': ['on', 'created_at'],
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('publication', 'award'), name='published_award_once'), models.UniqueConstraint(fields=('publication', 'payment'), name='published_payment_once'), models.CheckConstraint(condition=models.Q(('award__isnull', True), ('payment__isnull', True), _connector='OR'), name='published_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('amount__gte', 0), ('award__isnull', False)), models.Q(('amount__gt', Decimal('500.00')), ('award__isnull', True)), _connector='OR'), name='published_spending_over')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='PublicationEntryHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('on', models.DateField(verbose_name='awarded or paid on')),
                    ('organisation', models.CharField(max_length=200, verbose_name='recipient')),
                    ('identifier', models.CharField(blank=True, max_length=80, verbose_name='organisation identifier')),
                    ('amount', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='amount')),
                    ('title', models.CharField(blank=True, max_length=140, verbose_name='title')),
                    ('description', models.TextField(blank=True, max_length=2000, verbose_name='description')),
                    ('purpose', models.TextField(max_length=2000, verbose_name='purpose')),
                    ('conditions', models.TextField(blank=True, max_length=4000, verbose_name='conditions')),
                    ('reasons', models.TextField(blank=True, max_length=4000, verbose_name='why it reduces crime and disorder')),
                    ('value_for_money', models.TextField(blank=True, max_length=4000, verbose_name='value for money')),
                    ('changed', models.TextField(blank=True, max_length=1000, verbose_name='what changed since it was published')),
                    ('looked_at', models.BooleanField(default=False, verbose_name='its words were looked at')),
                    ('left_out_because', models.CharField(blank=True, max_length=300, verbose_name='left out because')),
                    ('illustrative', models.BooleanField(default=False, verbose_name='illustrative')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('award', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='funding.award')),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partnership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('payment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='funding.paymentmade')),
                    ('publication', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='funding.publication')),
                ],
                options={
                    'verbose_name': 'historical publication entry',
                    'verbose_name_plural': 'historical publication entrys',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['partnership', 'history_date', 'history_id'], name='funding_pub_partner_65dbac_idx')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='PublicationHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('month', models.DateField(verbose_name='month')),
                    ('edition', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                    ('corrects', models.CharField(blank=True, max_length=300, verbose_name='what it corrects')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partnership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnership', verbose_name='partnership')),
                ],
                options={
                    'verbose_name': 'historical publication',
                    'verbose_name_plural': 'historical publications',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['partnership', 'history_date', 'history_id'], name='funding_pub_partner_61aa0c_idx')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), migrations.CreateModel(
                name='PublicationRelease',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('released_on', models.DateField(verbose_name='released on')),
                    ('canonical', models.TextField(verbose_name='content')),
                    ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('publication', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='release', to='funding.publication')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.CheckConstraint(condition=models.Q(('sha256', svd_portal.kit.queries.Sha256('canonical'))), name='release_as_hashed')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='PublicationWithdrawal',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('entry', models.UUIDField(verbose_name='entry')),
                    ('reason', models.CharField(max_length=300, verbose_name='reason')),
                    ('withdrawn_on', models.DateField(verbose_name='withdrawn on')),
                    ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                    ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='funding.publicationrelease')),
                ],
                options={
                    'ordering': ['created_at'],
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('release', 'entry'), name='taken_off_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='taken_off_says_why')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='Publisher',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('prefix', models.CharField(blank=True, max_length=40, verbose_name='360Giving prefix')),
                    ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partnership', verbose_name='partnership')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.UniqueConstraint(fields=('partnership',), name='publisher_once')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='PublisherHistory',
                fields=[
                    ('request_id', models.CharField(blank=True, editable=False, max_length=32)),
                    ('id', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                    ('version', models.PositiveIntegerField(default=1, editable=False)),
                    ('created_at', models.DateTimeField(blank=True, editable=False, verbose_name='created')),
                    ('history_change_reason', models.TextField(blank=True, null=True)),
                    ('prefix', models.CharField(blank=True, max_length=40, verbose_name='360Giving prefix')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField()),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('partnership', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='partners.partnership', verbose_name='partnership')),
                ],
                options={
                    'verbose_name': 'historical publisher',
                    'verbose_name_plural': 'historical publishers',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                    'indexes': [models.Index(fields=['partnership', 'history_date', 'history_id'], name='funding_pub_partner_648e5b_idx')],
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publication',
                trigger=pgtrigger.compiler.Trigger(name='keeps', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (NEW.month, NEW.edition) IS DISTINCT FROM (OLD.month, OLD.edition) THEN\n                RAISE EXCEPTION 'a list stays that of its month' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='738fe5772dabb67bbff3422626a537820037fcd4', operation='UPDATE', pgid='pgtrigger_keeps_99ee6', table='funding_publication', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publication',
                trigger=pgtrigger.compiler.Trigger(name='prepared_until_released', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'INSERT' THEN\n        IF NEW.edition > 1 AND NOT EXISTS (\n            SELECT 1 FROM funding_publicationrelease r JOIN funding_publication p ON p.id = r.publication_id\n            WHERE p.partnership_id = NEW.partnership_id AND p.month = NEW.month\n                AND p.edition = NEW.edition - 1\n        ) THEN\n            RAISE EXCEPTION 'a version corrects the one that was released' USING ERRCODE = 'check_violation';\n        END IF;\n    ELSIF EXISTS (SELECT 1 FROM funding_publicationrelease r WHERE r.publication_id = OLD.id) THEN\n        RAISE EXCEPTION 'what was released stays as it was; release a corrected version' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='684832505eee308f74f5d988202d6059e44eb914', operation='INSERT OR UPDATE', pgid='pgtrigger_prepared_until_released_14677', table='funding_publication', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publication',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nRETURN NEW;", hash='e984a06897f2f85a20b463e08428d321b1a26d64', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_5a1fa', table='funding_publication', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationentry',
                trigger=pgtrigger.compiler.Trigger(name='keeps', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF (NEW.publication_id, NEW.award_id, NEW.payment_id) IS DISTINCT FROM (OLD.publication_id, OLD.award_id, OLD.payment_id) THEN\n                RAISE EXCEPTION 'an entry stays in its list' USING ERRCODE = 'check_violation';\n            END IF;\n            RETURN NEW;\n        ", hash='6a32b00d22b381b1c1a13efa190ed0477f774864', operation='UPDATE', pgid='pgtrigger_keeps_df969', table='funding_publicationentry', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationentry',
                trigger=pgtrigger.compiler.Trigger(name='entry_until_released', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    PERFORM 1 FROM funding_publication WHERE id = NEW.publication_id FOR SHARE;\n    IF EXISTS (SELECT 1 FROM funding_publicationrelease r WHERE r.publication_id = NEW.publication_id) THEN\n        RAISE EXCEPTION 'what was released stays as it was; release a corrected version' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='e51c18f765302c2deebd3f58f9fd3bf6d15dd9fe', operation='INSERT OR UPDATE', pgid='pgtrigger_entry_until_released_df3ac', table='funding_publicationentry', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationentry',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nIF NEW.publication_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM funding_publication WHERE id = NEW.publication_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'publication belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nIF NEW.award_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM funding_award WHERE id = NEW.award_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'award belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nIF NEW.payment_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM funding_paymentmade WHERE id = NEW.payment_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'payment belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nRETURN NEW;", hash='55d8731b0f274fc99cb48bf04cd70a65dc35be01', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_c7305', table='funding_publicationentry', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationentryhistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='59fdcbfcfe5317fb58b3aade99d0aec040b1d9a1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d2bce', table='funding_publicationentryhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationentryhistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'funding_publicationentryhistory is append-only';", hash='43a36cfdcc33558811159ad7b1577b4f413af868', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_4fa64', table='funding_publicationentryhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationhistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ab1d0b13319eea9c12702467a86f6640f72224c1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d05c7', table='funding_publicationhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationhistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'funding_publicationhistory is append-only';", hash='01a315bb761e7513a957623f8ee87779fa9fc076', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_ce52d', table='funding_publicationhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationrelease',
                trigger=pgtrigger.compiler.Trigger(name='released_whole', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    PERFORM 1 FROM funding_publication WHERE id = NEW.publication_id FOR NO KEY UPDATE;\n    IF NOT EXISTS (\n        SELECT 1 FROM funding_publication p WHERE p.id = NEW.publication_id\n            AND NEW.canonical::jsonb ->> 'month' = to_char(p.month, 'YYYY-MM-DD')\n            AND (NEW.canonical::jsonb ->> 'edition')::int = p.edition\n            AND NEW.released_on >= p.month + interval '1 month'\n    ) OR EXISTS (\n        SELECT 1 FROM funding_publicationentry e WHERE e.publication_id = NEW.publication_id\n            AND NOT e.looked_at AND e.left_out_because = ''\n    ) THEN\n        RAISE EXCEPTION 'a list is released whole, of its own month, once every entry was looked at'\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='232c5298f921e39fa72703a4f3cd55f98cb35c5c', operation='INSERT', pgid='pgtrigger_released_whole_a7f36', table='funding_publicationrelease', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationrelease',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1a855b029749c13d91dc5d2eb9d16249a29044d0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f0c6d', table='funding_publicationrelease', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationrelease',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'funding_publicationrelease is append-only';", hash='a9f4f568ef462d88782a9efe28e70bff84847abe', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_b15b8', table='funding_publicationrelease', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationrelease',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nIF NEW.publication_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM funding_publication WHERE id = NEW.publication_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'publication belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nRETURN NEW;", hash='fcc5da15983ec712cfc558ada7668b59620c481f', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_0969b', table='funding_publicationrelease', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationwithdrawal',
                trigger=pgtrigger.compiler.Trigger(name='of_what_was_released', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NOT EXISTS (\n        SELECT 1 FROM funding_publicationrelease r, jsonb_array_elements(\n            (r.canonical::jsonb -> 'awards') || (r.canonical::jsonb -> 'spending')) AS each\n        WHERE r.id = NEW.release_id AND each ->> 'key' = NEW.entry::text\n    ) THEN\n        RAISE EXCEPTION 'only what was released is taken off' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='8e20f9a0e588a2a25ddb722f35364585ae7e7b3a', operation='INSERT', pgid='pgtrigger_of_what_was_released_58fb6', table='funding_publicationwithdrawal', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationwithdrawal',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a287d521f219a2ea95816bd843631d8a24958aa3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f603d', table='funding_publicationwithdrawal', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationwithdrawal',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'funding_publicationwithdrawal is append-only';", hash='df5e02515e79fcb9c60f5e5dde230327999d56ba', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_4a68a', table='funding_publicationwithdrawal', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publicationwithdrawal',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nIF NEW.release_id IS NOT NULL THEN SELECT partnership_id INTO theirs FROM funding_publicationrelease WHERE id = NEW.release_id; IF theirs IS DISTINCT FROM NEW.partnership_id THEN RAISE EXCEPTION 'release belongs to another partnership' USING ERRCODE = 'check_violation'; END IF; END IF;\nRETURN NEW;", hash='482a5cb282b00ce095f5249c35a935c0be72c9b3', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_7e467', table='funding_publicationwithdrawal', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publisher',
                trigger=pgtrigger.compiler.Trigger(name='same_partnership', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE theirs UUID;', func="IF TG_OP = 'UPDATE' AND NEW.partnership_id <> OLD.partnership_id THEN RAISE EXCEPTION 'a record never moves to another partnership' USING ERRCODE = 'check_violation'; END IF;\nRETURN NEW;", hash='98966c43624597aab755288e09c46083f6999b95', operation='INSERT OR UPDATE', pgid='pgtrigger_same_partnership_3b154', table='funding_publisher', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publisherhistory',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='de62156d7889819c80283937fd0667671cd85e76', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f1b98', table='funding_publisherhistory', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='publisherhistory',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'funding_publisherhistory is append-only';", hash='5cbbbcdb7ef914c5d55610bb7b96589670249ee5', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_a02db', table='funding_publisherhistory', when='BEFORE')),
            )],
        ),
    ]
