"""Test users of all kinds, and one article for each audience."""

from datetime import datetime, timedelta

from odoo.tests import TransactionCase, new_test_user

#: The users who may read a published article, by its audience.
READERS = {
    "public": {
        "public", "portal", "employee", "own", "team", "all", "member",
        "editor", "manager", "helpdesk_manager",
    },
    "portal": {
        "portal", "employee", "own", "team", "all", "member",
        "editor", "manager", "helpdesk_manager",
    },
    "internal": {
        "employee", "own", "team", "all", "member",
        "editor", "manager", "helpdesk_manager",
    },
    "teams": {"member", "editor", "manager", "helpdesk_manager"},
}  # fmt: skip
WRITERS = {"editor", "manager", "helpdesk_manager"}
DELETERS = {"manager", "helpdesk_manager"}


class ArticleCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        groups = {
            "portal": "base.group_portal",
            "employee": "base.group_user",
            "own": "helpdesk_mgmt.group_helpdesk_user_own",
            "team": "helpdesk_mgmt.group_helpdesk_user_team",
            "all": "helpdesk_mgmt.group_helpdesk_user",
            "member": "base.group_user",
            "editor": "school_helpdesk_kb.group_helpdesk_article_editor",
            "manager": "school_helpdesk_kb.group_helpdesk_article_manager",
            "helpdesk_manager": "helpdesk_mgmt.group_helpdesk_manager",
        }
        cls.users = {
            name: new_test_user(env, f"reader_{name}", groups=group)
            for name, group in groups.items()
        }
        cls.users["public"] = env.ref("base.public_user")
        cls.team = env["helpdesk.ticket.team"].create(
            {"name": "Network desk", "user_ids": [(6, 0, cls.users["member"].ids)]}
        )
        cls.category = env["helpdesk.article.category"].create({"name": "Projectors"})
        cls.articles = {
            audience: cls._create_article(
                f"Beamer guide of {audience}",
                audience=audience,
                team_ids=[(6, 0, cls.team.ids)] if audience == "teams" else False,
            )
            for audience in READERS
        }

    @classmethod
    def _create_article(cls, title, **values):
        """Create an article; by default it is public and published since yesterday."""
        return cls.env["helpdesk.article"].create(
            {
                "title": title,
                "content": "<p>Turn it off, wait a minute, turn it on.</p>",
                "category_id": cls.category.id,
                "state": "published",
                "audience": "public",
                "publish_date": datetime.now() - timedelta(days=1),
                **values,
            }
        )

    def _as(self, name, record):
        """Return the record as the named user, with an empty cache."""
        record.invalidate_recordset()
        return record.with_user(self.users[name])
