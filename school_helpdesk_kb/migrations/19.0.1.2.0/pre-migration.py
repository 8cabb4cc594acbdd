"""Fill the date of the last change, which the ORM would compute as now."""


def migrate(cr, version):
    # the column exists if another addon with articles was updated before this one
    cr.execute(
        "ALTER TABLE helpdesk_article ADD COLUMN IF NOT EXISTS content_date timestamp"
    )
    cr.execute(
        """
        UPDATE helpdesk_article AS article
           SET content_date = COALESCE(
                   (SELECT MAX(create_date) FROM helpdesk_article_version
                     WHERE article_id = article.id),
                   create_date
               )
        """
    )
