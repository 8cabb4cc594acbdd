"""Feedback of readers: votes, views, suggestions and solved problems."""

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import increment_fields_skiplock

#: How many votes "no" an article needs at least to count as poorly rated.
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
        help="How often it was suggested to somebody who was writing a ticket.",
    )
    solved_count = fields.Integer(
        string="Solved Without a Ticket",
        compute="_compute_deflection_counts",
        store=True,
        groups="base.group_user",
        help="How often somebody said that the suggestion solved the problem.",
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
        """Return the vote of the current user, or else of this visitor's session."""
        return self._get_votes(session_key)[:1]

    def _get_votes(self, session_key):
        """Return the user's vote, then the vote of the session before the sign-in."""
        self.ensure_one()
        # sudo: helpdesk.article.vote - only votes of the current user or session
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
        """Save the vote of the current user or visitor, at most one per article.

        A later vote replaces the earlier one. A vote "yes" has no reason.

        :param str session_key: identifies a visitor who is not signed in
        :return: the vote
        :raise AccessError: if the current user may not read the article
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
                # A vote before and one after the sign-in come from the same person.
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
                # sudo: helpdesk.article.vote - users may not create votes themselves
                return self.env["helpdesk.article.vote"].sudo().create(values)
        except psycopg2.errors.UniqueViolation:
            # A parallel request of the same person has already saved the vote.
            return self._get_vote(session_key)

    def _count_views(self):
        """Count a view, or skip it while another transaction holds the row lock."""
        increment_fields_skiplock(self, "view_count")

    def _count_suggestions(self, solved):
        """Count the articles that were suggested to somebody who was writing a ticket.

        :param solved: the suggested articles that solved the problem
        """
        if not self:
            return
        today = fields.Date.context_today(self)
        # sudo: helpdesk.article.deflection - visitors only increase anonymous counts
        Deflection = self.env["helpdesk.article.deflection"].sudo()
        Deflection.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO helpdesk_article_deflection AS tally
                            (article_id, date, shown_count, solved_count)
                     VALUES %s
                ON CONFLICT (date, article_id) DO UPDATE
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
