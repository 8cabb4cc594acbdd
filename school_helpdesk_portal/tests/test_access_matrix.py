"""Table of the portal's routes: the response for each user, and changes of data.

school_helpdesk_base/tests/route_common.py describes the format.
"""

import uuid

from odoo.tests import new_test_user, tagged

from odoo.addons.school_helpdesk_base.tests.route_common import RouteCase

AGENTS = {"agent_own", "agent_team", "agent_all", "agent_manager"}


@tagged("post_install", "-at_install", "security")
class TestRouteMatrix(RouteCase):
    PEOPLE = (
        "nobody",  # signed out, without a session
        "guest",  # signed out, with a session
        "owner",  # portal, the requester of the ticket
        "stranger",  # portal, of the same company
        "submitter",  # portal, reported it for the requester
        "affected",  # portal, said "my problem too"
        "employee",  # no desk role, follows the ticket
        "agent_own",  # agent: own tickets; not of the ticket's team
        "agent_team",  # agent: tickets of own teams; of the ticket's team
        "agent_all",  # agent: all tickets
        "agent_manager",
    )
    # access tokens and search texts accept any value without an error
    FREE_PLACES = (*RouteCase.FREE_PLACES, "access_token", "another_token", "words")
    # mail programs send it without a cookie; its address is a secret of one agent
    SIGNED = ("POST /helpdesk/overview/stop/<user_id>/<signature>",)
    #     nob  gst  own  str  sub  aff  emp  a_o  a_t  all  man
    ROUTES = """
        GET /my
            in   in   200  200  200  200  200  200  200  200  200
        GET /my/home
            in   in   200  200  200  200  200  200  200  200  200
        GET /helpdesk
            200  200  200  200  200  200  200  200  200  200  200
        GET /website/info -- Odoo's page is switched off where our front door is open
            404  404  404  404  404  404  404  404  404  404  404
        GET /helpdesk/scanner
            200  200  200  200  200  200  200  200  200  200  200
        GET /helpdesk/logo/<page> -- the school has no logo
            404  404  404  404  404  404  404  404  404  404  404
        GET /helpdesk/help
            in   in   303  303  303  303  303  303  303  303  303
        GET /my/tickets
            in   in   200  200  200  200  200  200  200  200  200
        GET /my/tickets/page/<page>
            in   in   200  200  200  200  200  200  200  200  200
        GET /my/devices
            in   in   200  200  200  200  200  200  200  200  200
        GET /helpdesk/language
            303  303  303  303  303  303  303  303  303  303  303
        POST /helpdesk/language
            400  303  303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+
        GET /my/ticket/<ticket_id>
            404  404  200  404  200  404  404  404  200  200  200
        GET /my/ticket/<ticket_id>/<access_token>
            200  200  200  200  200  200  200  200  200  200  200
        GET /my/ticket/<ticket_id>/<another_token>
            404  404  200  404  200  404  404  404  200  200  200
        POST /my/ticket/<ticket_id>/comment
            in   in   303+ 404  303+ 404  404  404  303+ 303+ 303+
        POST /my/ticket/<solved_id>/not_solved
            in   in   303+ 404  303+ 404  404  404  404  404  404
        POST /my/ticket/<solved_id>/rate
            in   in   303+ 404  303+ 404  404  404  404  404  404
        POST /ticket/close
            in   in   302+ 404  302+ 404  404  404  302+ 302+ 302+
        GET /new/ticket
            in   in   200  200  200  200  200  200  200  200  200
        POST /submitted/ticket
            in   in   302+ 302+ 302+ 302+ 302+ 302+ 302+ 302+ 302+
        GET /helpdesk/report
            303  303  303  303  303  303  303  303  303  303  303
        POST /helpdesk/report
            in   in   303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+
        POST /helpdesk/report -- for somebody else
            in   in   403  403  403  403  303+ 303+ 303+ 303+ 303+
        POST /helpdesk/report -- on a device of somebody else
            in   in   404  404  404  404  404  404  404  404  404
        POST /helpdesk/report/people
            in   in   403  403  403  403  200  200  200  200  200
        POST /mail/attachment/upload
            400  404  200+ 404  200+ 404  404  404  200+ 200+ 200+
        GET /my/affected/<ticket_id>
            in   in   404  404  404  200  404  404  404  404  404
        GET /my/affected/<solved_id> -- not shared
            in   in   404  404  404  404  404  404  404  404  404
        GET /helpdesk/scan
            404  404  404  404  404  404  404  404  404  404  404
        GET /helpdesk/scan/<token>
            200  200  200  200  200  200  200  200  200  200  200
        POST /helpdesk/scan/<token>/report
            in   in   303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+
        POST /helpdesk/scan/<token>/affected
            in   in   303  303+ 303  303  303+ 303+ 303+ 303+ 303+
        GET /helpdesk/scan/<token>/report
            303  303  303  303  303  303  303  303  303  303  303
        POST /helpdesk/scan/<token>/solved
            in   in   303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+
        POST /helpdesk/scan/<token>/solved -- by an article that is not offered
            in   in   404  404  404  404  404  404  404  404  404
        GET /helpdesk/articles
            200  200  200  200  200  200  200  200  200  200  200
        GET /helpdesk/articles -- a search without result
            200+ 200+ 200+ 200+ 200+ 200+ 200+ 200+ 200+ 200+ 200+
        GET /helpdesk/articles/page/<page>
            200  200  200  200  200  200  200  200  200  200  200
        GET /helpdesk/articles/category/<category>
            200  200  200  200  200  200  200  200  200  200  200
        GET /helpdesk/articles/category/<category>/page/<page>
            200  200  200  200  200  200  200  200  200  200  200
        GET /helpdesk/articles/category/<words>-<category_id>
            301  301  301  301  301  301  301  301  301  301  301
        GET /helpdesk/articles/category/<words>-<category_id>/page/<page>
            301  301  301  301  301  301  301  301  301  301  301
        GET /helpdesk/articles/<words>-<article_id>
            301  301  301  301  301  301  301  301  301  301  301
        GET /helpdesk/articles/<public_article>
            200  200  200  200  200  200  200  200  200  200  200
        GET /helpdesk/articles/<portal_article>
            404  404  200  200  200  200  200  200  200  200  200
        GET /helpdesk/articles/<internal_article>
            404  404  404  404  404  404  200  200  200  200  200
        GET /helpdesk/articles/<teams_article>
            404  404  404  404  404  404  404  404  200  404  200
        GET /helpdesk/articles/<draft_article>
            404  404  404  404  404  404  404  404  404  404  200
        POST /helpdesk/articles/<public_article>/vote
            400  303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+
        POST /helpdesk/articles/<words>-<article_id>/vote
            400  303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+ 303+
        POST /helpdesk/articles/<internal_article>/vote
            400  404  404  404  404  404  303+ 303+ 303+ 303+ 303+
        POST /helpdesk/articles/<teams_article>/vote
            400  404  404  404  404  404  404  404  303+ 404  303+
        RPC /helpdesk/articles/suggest
            yes  yes  yes  yes  yes  yes  yes  yes  yes  yes  yes
        RPC /helpdesk/articles/preview
            404  404  404  404  404  404  404  404  yes  404  yes
        RPC /helpdesk/articles/tally -- of a public article
            yes+ yes+ yes+ yes+ yes+ yes+ yes+ yes+ yes+ yes+ yes+
        RPC /helpdesk/articles/tally -- of a team's
            yes  yes  yes  yes  yes  yes  yes  yes  yes+ yes  yes+
        GET /helpdesk/manifest.webmanifest
            200  200  200  200  200  200  200  200  200  200  200
        GET /helpdesk/service-worker.js
            200  200  200  200  200  200  200  200  200  200  200
        GET /helpdesk/offline
            200  200  200  200  200  200  200  200  200  200  200
        GET /helpdesk/overview/stop/<user_id>/<signature>
            200  200  200  200  200  200  200  200  200  200  200
        POST /helpdesk/overview/stop/<user_id>/<signature>
            200+ 200+ 200+ 200+ 200+ 200+ 200+ 200+ 200+ 200+ 200+
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        cls.team.user_ids -= cls.agent_own
        cls.affected = new_test_user(env, "access_affected", groups="base.group_portal")
        kind = env["asset.category"].create({"name": "Beamers"})
        cls.asset = env["asset.asset"].create(
            {"asset_code": "RTE-1", "name": "Projector", "category_id": kind.id}
        )
        cls._create_tickets()
        articles = cls._create_articles(kind)
        cls.secrets = {
            "Words of the desk: note": {"agent_team", "agent_all", "agent_manager"},
            "note.txt": {"agent_team", "agent_all", "agent_manager"},
            "Guide: internal": {"employee", *AGENTS},
            "Guide: teams": {"agent_team", "agent_manager"},
            "Guide: draft": {"agent_manager"},
        }
        cls.places = {
            "page": 1,
            "ticket_id": cls.ticket.id,
            "solved_id": cls.solved.id,
            "access_token": cls.ticket._portal_ensure_token(),
            "another_token": cls.other_ticket._portal_ensure_token(),
            "token": cls.asset.qr_token,
            "category": articles["public"].category_id,
            "words": "old-words",
            "user_id": cls.agent_team.id,
            "signature": cls.agent_team._get_digest_stop_token(),
            "category_id": articles["public"].category_id.id,
            "article_id": articles["public"].id,
            **{f"{name}_article": article for name, article in articles.items()},
        }
        cls.bodies = cls._get_ticket_bodies() | cls._get_article_bodies(articles)
        choice, record = (422, 422), (404, 400)
        cls.ids = {
            "POST /ticket/close": {"ticket_id": record, "stage_id": (400, 400)},
            "POST /submitted/ticket": {"team": choice, "category": choice},
            "POST /helpdesk/report": {
                "category": (422, 400),
                "asset": record,
                "room": record,
            },
            "POST /helpdesk/scan/<token>/report": {"category": choice},
            "POST /helpdesk/scan/<token>/affected": {"ticket_id": record},
            "POST /helpdesk/scan/<token>/solved": {"article_id": record},
        }
        for request in (
            "GET /helpdesk/language",
            "POST /helpdesk/language",
        ):
            cls.bodies[request] = {"lang": "en", "r": "/my/tickets"}

    @classmethod
    def _create_tickets(cls):
        cls.ticket.asset_id = cls.asset
        cls.ticket.message_subscribe(cls.employee.partner_id.ids)
        cls.ticket._add_affected(cls.affected.partner_id)
        cls.ticket.share_with_affected = True
        for kind in ("comment", "note"):
            cls.ticket.with_user(cls.agent_all).message_post(
                body=f"Words of the desk: {kind}",
                message_type="comment",
                subtype_xmlid=f"mail.mt_{kind}",
                attachments=[(f"{kind}.txt", b"Words in a file")],
            )
        cls.solved = cls._create_ticket(
            name="Printer of the owner",
            partner_id=cls.owner.partner_id.id,
            submitter_id=cls.submitter.partner_id.id,
        )
        cls.solved._set_status("resolved")
        cls.solved._add_affected(cls.affected.partner_id)

    @classmethod
    def _create_articles(cls, kind):
        category = cls.env["helpdesk.article.category"].create({"name": "Beamers"})
        articles = {
            name: cls.env["helpdesk.article"].create(
                {
                    "title": f"Guide: {name}",
                    "content": f"<p>Guide: {name}</p>",
                    "category_id": category.id,
                    "audience": "public" if name == "draft" else name,
                    "state": "draft" if name == "draft" else "published",
                    "team_ids": cls.team.ids if name == "teams" else False,
                    "asset_category_ids": kind.ids if name == "public" else False,
                    "publish_date": "2020-01-01",
                }
            )
            for name in ("public", "portal", "internal", "teams", "draft")
        }
        return articles

    @classmethod
    def _get_ticket_bodies(cls):
        env = cls.env
        category = env["helpdesk.ticket.category"].create({"name": "Broken"})
        kind = env["helpdesk.ticket.type"].create(
            {"name": "Hardware", "show_in_portal": True}
        )
        file = ("a.txt", b"words", "text/plain")
        report = {
            "key": uuid.uuid4().hex,
            "subject": "No picture",
            "description": "It stays dark.",
            "type": kind.id,
            "category": category.id,
            "photo": file,
        }
        return {
            "POST /my/ticket/<ticket_id>/comment": {
                "key": uuid.uuid4().hex,
                "comment": "More",
                "file": file,
            },
            "POST /my/ticket/<solved_id>/rate": {
                "rating": "happy",
                "feedback": "Thanks",
            },
            "POST /ticket/close": {
                "ticket_id": cls.ticket.id,
                "stage_id": cls.stage_closed.id,
            },
            "POST /submitted/ticket": {
                "subject": "No picture",
                "description": "It stays dark.",
                "team": cls.team.id,
                "category": category.id,
                "type": kind.id,
            },
            "POST /helpdesk/report": report,
            "POST /helpdesk/report -- for somebody else": {
                **report,
                "person": cls.affected.partner_id.id,
                "behalf": cls.affected.name,
            },
            "POST /helpdesk/report -- on a device of somebody else": {
                **report,
                "asset": cls.asset.id,
                "room": cls.asset.location_id.id or 1,
            },
            "POST /helpdesk/report/people": {"text": "access"},
            "POST /mail/attachment/upload": {
                "thread_model": "helpdesk.ticket",
                "thread_id": cls.ticket.id,
                "is_pending": "true",
                "ufile": file,
            },
            "POST /helpdesk/scan/<token>/report": {
                "key": uuid.uuid4().hex,
                "category": "other",
                "words": "It stays dark.",
                "photo": file,
            },
            "POST /helpdesk/scan/<token>/affected": {"ticket_id": cls.ticket.id},
        }

    @classmethod
    def _get_article_bodies(cls, articles):
        public, teams = articles["public"].ids, articles["teams"].ids
        vote = {"helpful": "no", "reason": "unclear", "comment": "Which plug?"}
        return {
            "POST /helpdesk/scan/<token>/solved": {"article_id": public[0]},
            "POST /helpdesk/scan/<token>/solved -- by an article that is not offered": {
                "article_id": articles["portal"].id
            },
            "GET /helpdesk/articles -- a search without result": {"search": "xyzzy"},
            "POST /helpdesk/articles/<public_article>/vote": vote,
            "POST /helpdesk/articles/<words>-<article_id>/vote": vote,
            "POST /helpdesk/articles/<internal_article>/vote": vote,
            "POST /helpdesk/articles/<teams_article>/vote": vote,
            "RPC /helpdesk/articles/suggest": {"text": "guide"},
            "RPC /helpdesk/articles/preview": {"article_id": teams[0]},
            "RPC /helpdesk/articles/tally -- of a public article": {
                "viewed": public,
                "shown": public,
                "solved": public,
            },
            "RPC /helpdesk/articles/tally -- of a team's": {
                "viewed": teams,
                "shown": teams,
                "solved": teams,
            },
        }
