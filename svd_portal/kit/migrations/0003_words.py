"""English words for full-text search, with or without their accents, and indexes that begin with a key."""

from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('kit', '0002_kept_as_signed'),
        ('partners', '0001_initial'),
    ]

    operations = [
        BtreeGinExtension(),
        migrations.RunSQL(
            """
            CREATE TEXT SEARCH CONFIGURATION svd_english (COPY = english);
            ALTER TEXT SEARCH CONFIGURATION svd_english
                ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
            """,
            "DROP TEXT SEARCH CONFIGURATION svd_english;",
        ),
    ]
