from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='partnership',
            options={'default_permissions': (), 'permissions': [('partnership_view', 'See the partnership: partners, meetings, decisions, plans, awards and all spend.'), ('partnership_manage_programme', 'Change milestones, products and the delivery plan.'), ('partnership_manage_governance', 'Call meetings, write minutes, and record decisions and actions.'), ('partnership_manage_funding', 'Record allocations and awards, enter spend for a partner, prepare returns.'), ('partnership_issue_notice', "Record the PCC's decision notices, and publish awards and spending."), ('partnership_check_return', 'Carry out the finance check of a return, or send it back.'), ('partnership_certify_as_cfo', 'Certify a return as chief finance officer, or send it back.'), ('partnership_certify_as_lead_officer', 'Certify a return as PCC lead officer, or send it back.'), ('partnership_read_evidence', "Open every partner's evidence files."), ('partnership_read_restricted', 'Read restricted items of every body.'), ('partnership_read_history', "Read the partnership's whole record of changes."), ('partnership_administer', 'Invite people, give and end roles, recover a sign-in.')]},
        ),
    ]
