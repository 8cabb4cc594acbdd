"""What readers tell us about an article by their votes, visits and solved problems."""

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import increment_fields_skiplock

#: A no from so many readers, and from more than were helped, calls for an editor.
POORLY_RATED_FROM = 3

COMMENT_LENGTH = 500


class HelpdeskArticle(models.Model):
    _name = "helpdesk.article"
    _inherit = ["helpdesk.article"]

    view_count = fields.Integer(string="Views", readonly=True, copy=False)
    vote_ids = fields.One2many(
        comodel_name="helpdesk.article.vote",
        inverse_name="article_id",
        string="Votes",
        groups="school_helpdesk_kb.group_helpdesk_article_editor",
    )
    helpful_count = fields.Integer(
        string="It Helped", compute="_compute_vote_counts", store=True
    )
    not_helpful_count = fields.Integer(
        string="It Did Not Help", compute="_compute_vote_counts", store=True
    )
    is_poorly_rated = fields.Boolean(
        compute="_compute_vote_counts", store=True, groups="base.group_user"
    )
    deflection_ids = fields.One2many(
        comodel_name="helpdesk.article.deflection",
        inverse_name="article_id",
        groups="school_helpdesk_kb.group_helpdesk_article_editor",
    )
    shown_count = fields.Integer(
        string="Suggested",
        compute="_compute_deflection_counts",
        store=True,
        groups="base.group_user",
        help="How often it was suggested to somebody about to write a ticket.",
    )
    solved_count = fields.Integer(
        string="Solved Without a Ticket",
        compute="_compute_deflection_counts",
        store=True,
        groups="base.group_user",
        help="How often somebody then said that it solved the problem.",
    )

    @api.depends("vote_ids.helpful")
    def _compute_vote_counts(self):
        counts = {
            (article.id, helpful): count
            for article, helpful, count in self.env[
                "helpdesk.article.vote"
            ]._read_group(
                [("article_id", "in", self.ids)],
                ["article_id", "helpful"],
                ["__count"],
            )
        }
        for article in self:
            yes = counts.get((article.id, True), 0)
            no = counts.get((article.id, False), 0)
            article.helpful_count = yes
            article.not_helpful_count = no
            article.is_poorly_rated = no >= POORLY_RATED_FROM and no > yes

    @api.depends("deflection_ids.shown_count", "deflection_ids.solved_count")
    def _compute_deflection_counts(self):
        counts = {
            article.id: sums
            for article, *sums in self.env["helpdesk.article.deflection"]._read_group(
                [("article_id", "in", self.ids)],
                ["article_id"],
                ["shown_count:sum", "solved_count:sum"],
            )
        }
        for article in self:
            article.shown_count, article.solved_count = counts.get(article.id, (0, 0))

    def _get_vote(self, session_key=None):
        """The vote of this user or, while he had not signed in, of this session."""
        return self._get_votes(session_key)[:1]

    def _get_votes(self, session_key):
        """Likewise, with one he gave before he signed in after his own."""
        self.ensure_one()
        # sudo: helpdesk.article.vote - everybody sees his own, found by who he is
        Vote = self.env["helpdesk.article.vote"].sudo()
        voter = fields.Domain.FALSE
        if not self.env.user._is_public():
            voter |= fields.Domain("user_id", "=", self.env.uid)
        if session_key:
            voter |= fields.Domain("session_key", "=", session_key)
        return Vote.search(
            fields.Domain("article_id", "=", self.id) & voter, order="user_id.id, id"
        )

    def _vote(self, helpful, session_key=None, reason=None, comment=None):
        """Record what this user or visitor thinks of the article, once.

        A later vote replaces the earlier one. A yes has no reason.

        :param str session_key: stands for a visitor who did not sign in
        :return: the vote
        :raise AccessError: if this user may not read the article
        """
        self.ensure_one()
        self.check_access("read")
        reasons = dict(self.env["helpdesk.article.vote"]._fields["reason"].selection)
        values = {
            "helpful": helpful,
            "reason": not helpful and reason in reasons and reason,
            "comment": not helpful and (comment or "").strip()[:COMMENT_LENGTH],
        }
        values["comment"] = values["comment"] or False
        is_public = self.env.user._is_public()
        votes_sudo = self._get_votes(session_key)
        if vote_sudo := votes_sudo[:1]:
            if not is_public:
                # Who voted and then signed in is one person still.
                (votes_sudo - vote_sudo).unlink()
                values.update(user_id=self.env.uid, session_key=False)
            vote_sudo.write(values)
            return vote_sudo
        values["article_id"] = self.id
        if is_public:
            values["session_key"] = session_key
        else:
            values["user_id"] = self.env.uid
        try:
            with self.env.cr.savepoint():
                # sudo: helpdesk.article.vote - written here only, for the voter
                return self.env["helpdesk.article.vote"].sudo().create(values)
        except psycopg2.errors.UniqueViolation:
            # The same person's other click was quicker.
            return self._get_vote(session_key)

    def _count_views(self):
        """Count a visit without ever waiting for anybody: a lost one is no harm."""
        increment_fields_skiplock(self, "view_count")

    def _count_suggestions(self, solved):
        """Count what was suggested to somebody who was about to write a ticket.

        :param solved: those of the articles which, he said, solved the problem
        """
        if not self:
            return
        today = fields.Date.context_today(self)
        # sudo: helpdesk.article.deflection - a tally that holds nothing of the person
        Deflection = self.env["helpdesk.article.deflection"].sudo()
        Deflection.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_article_deflection AS tally
                            (article_id, date, shown_count, solved_count)
                     VALUES %s
                ON CONFLICT (article_id, date) DO UPDATE
                        SET shown_count = tally.shown_count + 1,
                            solved_count = tally.solved_count + EXCLUDED.solved_count
                  RETURNING id
                """,
                SQL(", ").join(
                    SQL("(%s, %s, 1, %s)", article.id, today, int(article in solved))
                    for article in self.sorted("id")
                ),
            )
        )
        tallies = Deflection.browse(row[0] for row in self.env.cr.fetchall())
        tallies.invalidate_recordset()
        tallies.modified(["shown_count", "solved_count"])
