"""Versions: the text of an article at one time, in one language."""

import difflib

from markupsafe import Markup

from odoo import api, fields, models

from ..tools.text import html_lines, tokens


class HelpdeskArticleVersion(models.Model):
    _name = "helpdesk.article.version"
    _inherit = ["helpdesk.literal.search.mixin"]
    _description = "Knowledge Article Version"
    _order = "id desc"
    _rec_name = "title"

    article_id = fields.Many2one(
        comodel_name="helpdesk.article", required=True, index=True, ondelete="cascade"
    )
    lang_id = fields.Many2one(
        comodel_name="res.lang", string="Language", required=True, ondelete="restrict"
    )
    title = fields.Char(readonly=True)
    content = fields.Html(readonly=True)
    previous_id = fields.Many2one(
        comodel_name="helpdesk.article.version", compute="_compute_previous_id"
    )
    difference = fields.Html(
        string="What Changed",
        compute="_compute_difference",
        help="Compared with the version before it, in the same language.",
    )
    is_current = fields.Boolean(compute="_compute_is_current")

    @api.depends("article_id", "lang_id")
    def _compute_previous_id(self):
        versions = self.search_fetch(
            [("article_id", "in", self.article_id.ids)],
            ["article_id", "lang_id"],
            order="id",
        )
        previous = {}
        latest = {}
        for version in versions:
            key = (version.article_id, version.lang_id)
            previous[version] = latest.get(key)
            latest[key] = version
        for version in self:
            version.previous_id = previous.get(version._origin)

    @api.depends("article_id.title", "article_id.content", "lang_id")
    def _compute_is_current(self):
        for version in self:
            article = version.article_id.with_context(lang=version.lang_id.code)
            version.is_current = (version.title, version.content or "") == (
                article.title,
                article.content or "",
            )

    @api.depends("title", "content", "previous_id")
    def _compute_difference(self):
        for version in self:
            before = version.previous_id
            version.difference = difference(
                [before.title or "", *html_lines(before.content)] if before else [],
                [version.title or "", *html_lines(version.content)],
            )

    def action_restore(self):
        """Restore this text in the article, which creates a new version."""
        self.ensure_one()
        article = self.article_id.with_context(lang=self.lang_id.code)
        article.write({"title": self.title, "content": self.content})
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.article",
            "res_id": self.article_id.id,
            "view_mode": "form",
        }


def difference(old_lines, new_lines):
    """Return the differences between two texts as HTML.

    :param list old_lines: plain text, one item per paragraph
    :param list new_lines: plain text, one item per paragraph
    :return: Markup with deleted text in ``<del>`` and inserted text in ``<ins>``; both
        texts are escaped
    """
    matcher = difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    parts = []
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        old, new = old_lines[old_from:old_to], new_lines[new_from:new_to]
        if operation == "equal":
            parts += [Markup("<p>%s</p>") % line for line in old]
        else:
            parts += map(_difference_in_line, *_pad(old, new))
    return Markup().join(parts)


def _pad(*lists):
    length = max(map(len, lists))
    return [[*lines, *[""] * (length - len(lines))] for lines in lists]


def _difference_in_line(old, new):
    """Return the differences between two paragraphs as HTML; one may be empty."""
    old, new = tokens(old), tokens(new)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:
        # A different sentence: a word-by-word comparison would be unreadable.
        matcher = difflib.SequenceMatcher(None, ["".join(old)], ["".join(new)])
        old, new = ["".join(old)], ["".join(new)]
    parts = []
    for operation, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        deleted = "".join(old[old_from:old_to])
        inserted = "".join(new[new_from:new_to])
        if operation == "equal":
            parts.append(Markup("%s") % deleted)
            continue
        if deleted:
            parts.append(Markup("<del>%s</del>") % deleted)
        if inserted:
            parts.append(Markup("<ins>%s</ins>") % inserted)
    return Markup("<p>%s</p>") % Markup().join(parts)
