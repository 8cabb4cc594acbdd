"""Keep since when each text stands: computed anew, all would be of today."""


def migrate(cr, version):
    # there already, where an addon with articles of its own was updated before
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
