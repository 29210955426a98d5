import django.contrib.postgres.fields
import django.contrib.postgres.operations
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import svd_portal.kit.models.base
import svd_portal.kit.operations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('partners', '0001_initial'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGinExtension(
        ),
        migrations.RunSQL(
            sql='CREATE TEXT SEARCH CONFIGURATION svd_english (COPY = english);\n            ALTER TEXT SEARCH CONFIGURATION svd_english\n                ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;',
            reverse_sql='DROP TEXT SEARCH CONFIGURATION svd_english;',
        ),
        svd_portal.kit.operations.Together(
            operations=[migrations.CreateModel(
                name='StoredFile',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('partnership_id', models.UUIDField(db_index=True, verbose_name='partnership')),
                    ('name', models.CharField(max_length=255, verbose_name='original name')),
                    ('content_type', models.CharField(max_length=127, verbose_name='content type')),
                    ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                    ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                    ('path', models.CharField(max_length=100, unique=True, verbose_name='path in the private storage')),
                    ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                ],
                options={
                    'ordering': ['created_at', 'id'],
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='kit_storedfile_not_empty'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='kit_storedfile_sha256')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), migrations.CreateModel(
                name='Document',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('partnership_id', models.UUIDField(db_index=True, verbose_name='partnership')),
                    ('kind', models.CharField(max_length=60, verbose_name='kind')),
                    ('subject', models.UUIDField(verbose_name='what it is about')),
                    ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
                    ('state', models.CharField(choices=[('queued', 'Waiting'), ('working', 'Being made'), ('done', 'Ready'), ('failed', 'Could not be made')], default='queued', max_length=7, verbose_name='state')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                    ('queued_at', models.DateTimeField(verbose_name='last queued')),
                    ('lease_until', models.DateTimeField(blank=True, null=True, verbose_name='lease until')),
                    ('error', models.CharField(blank=True, max_length=500, verbose_name='why it failed')),
                    ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='document', to='kit.storedfile', verbose_name='file')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ],
                options={
                    'ordering': ['-created_at', '-id'],
                    'default_permissions': (),
                    'indexes': [models.Index(fields=['kind', 'subject', '-created_at'], name='kit_document_subject'), models.Index(condition=models.Q(('state__in', ['queued', 'working'])), fields=['queued_at'], name='kit_document_unfinished')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', False), ('finished_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('file__isnull', True)), _connector='OR'), name='kit_document_done_has_file'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('error', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('error', '')), _connector='OR'), name='kit_document_failed_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'working')), models.Q(models.Q(('state', 'working'), _negated=True), ('lease_until__isnull', True)), _connector='OR'), name='kit_document_working_has_lease'), models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'working'])), fields=('kind', 'subject'), name='kit_document_one_at_a_time')],
                },
            ), migrations.CreateModel(
                name='OutgoingMail',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('from_email', models.CharField(max_length=320, verbose_name='from')),
                    ('to', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=320), size=None, verbose_name='to')),
                    ('cc', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=320), blank=True, default=list, size=None, verbose_name='copy to')),
                    ('bcc', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=320), blank=True, default=list, size=None, verbose_name='blind copy to')),
                    ('reply_to', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=320), blank=True, default=list, size=None, verbose_name='reply to')),
                    ('headers', models.JSONField(blank=True, default=dict, verbose_name='further headers')),
                    ('subject', models.CharField(max_length=998, verbose_name='subject')),
                    ('body', models.TextField(blank=True, verbose_name='plain text')),
                    ('html', models.TextField(blank=True, verbose_name='HTML')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                    ('next_try_at', models.DateTimeField(verbose_name='when the sweep tries again')),
                    ('error', models.CharField(blank=True, max_length=500, verbose_name='why it was not sent')),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                    ('failed_at', models.DateTimeField(blank=True, null=True, verbose_name='given up')),
                ],
                options={
                    'ordering': ['created_at', 'id'],
                    'default_permissions': (),
                    'indexes': [models.Index(condition=models.Q(('failed_at__isnull', True), ('sent_at__isnull', True)), fields=['next_try_at'], name='kit_outgoingmail_waiting')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('sent_at__isnull', True), ('failed_at__isnull', True), _connector='OR'), name='kit_outgoingmail_one_end')],
                },
            ), migrations.CreateModel(
                name='SealCertificate',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                    ('sha256', models.CharField(max_length=64, unique=True, verbose_name='SHA-256')),
                    ('content', models.BinaryField(verbose_name='certificate, DER')),
                ],
                options={
                    'abstract': False,
                    'default_permissions': (),
                    'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='kit_sealcertificate_sha256')],
                },
                bases=(svd_portal.kit.models.base.ShownChoices, models.Model),
            ), pgtrigger.migrations.AddTrigger(
                model_name='sealcertificate',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5944c562f065a68354f16dc87d5ce377edc169d5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_671fb', table='kit_sealcertificate', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='sealcertificate',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'kit_sealcertificate is append-only';", hash='a5d3ca5d896843be8d5fda85f906895bf1c354eb', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_a291b', table='kit_sealcertificate', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='storedfile',
                trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='064cd1d72ff3f3be9b2b5854904f1e7e354ebe68', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_65025', table='kit_storedfile', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='storedfile',
                trigger=pgtrigger.compiler.Trigger(name='refuse_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'kit_storedfile is append-only';", hash='e1c74e728d5cd625e8cc0797411ab602da30fc91', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_refuse_truncate_23e7a', table='kit_storedfile', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='document',
                trigger=pgtrigger.compiler.Trigger(name='settled', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.partnership_id, NEW.kind, NEW.subject, NEW.requested_by_id,\n            NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.partnership_id, OLD.kind, OLD.subject,\n            OLD.requested_by_id, OLD.created_at) THEN\n        RAISE EXCEPTION 'a request for a document stays what was asked for' USING ERRCODE = 'check_violation';\n    END IF;\n    IF TG_OP = 'UPDATE' AND OLD.state IN ('done', 'failed') AND NEW IS DISTINCT FROM OLD THEN\n        RAISE EXCEPTION 'a finished document is never changed' USING ERRCODE = 'check_violation';\n    END IF;\n    IF NEW.file_id IS NOT NULL AND NOT EXISTS (\n        SELECT 1 FROM kit_storedfile f WHERE f.id = NEW.file_id AND f.partnership_id = NEW.partnership_id\n    ) THEN\n        RAISE EXCEPTION 'file belongs to another partnership' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='54ffa34a98750e19bde5d163a3928b5d6b4b160f', operation='INSERT OR UPDATE', pgid='pgtrigger_settled_ea07f', table='kit_document', when='BEFORE')),
            )],
        ),
    ]
