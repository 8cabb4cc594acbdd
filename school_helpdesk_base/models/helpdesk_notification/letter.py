"""One letter: what one person reads about one ticket, from all rows that wait.

An answer of the desk that was sent together with a new status waits in the row of that
status. If the status is not told, because another one has followed, the person still
gets the words.
"""

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from odoo import models
from odoo.tools import email_normalize, html2plaintext, html_sanitize

from ...tools.mail_design import get_design
from ...tools.mail_text import split_quote
from ..helpdesk_notification_rule import STATUS_EVENTS

#: How many characters of a mail are its preheader, at most.
PREHEADER = 120


@dataclass(eq=False)
class Letter:
    """What one person is told about one ticket.

    :ivar rows: all rows of the reader, also those that are not told
    :ivar jobs: the rows that are told, the most important one first
    :ivar ticket: the ticket, in the reader's language; empty for parked mails
    :ivar partner: the reader; empty for a requester who is no contact
    :ivar earlier: messages of the desk whose status is not told; their words are
    :ivar bool is_answer: whether it has these words only, and no event
    :ivar set channels: over which it is told
    :ivar dict values: what the template ``notification_mail`` shows
    """

    rows: Any
    jobs: Any
    ticket: Any
    partner: Any
    rule: Any
    earlier: Any = None
    is_answer: bool = False
    channels: set = field(default_factory=set)
    values: dict = field(default_factory=dict)

    @property
    def job(self):
        return self.jobs[:1]

    @property
    def details(self):
        return self.job.details or {}

    @property
    def is_for_agent(self):
        return self.job.audience not in ("requesters", "affected")


class HelpdeskNotification(models.Model):
    _name = "helpdesk.notification"
    _inherit = ["helpdesk.notification"]

    def _make_letters(self):
        """Return the letters of these rows; rows that are told in none are dropped."""
        letters = []
        for rows in self.grouped(lambda job: job._get_letter_key()).values():
            if not (letter := rows._make_letter()):
                continue
            letter.channels = self._choose_channels(letter)
            if letter.channels:
                letters.append(letter)
            else:
                letter.jobs.state = "dropped"
        letters = self._join_by_address(letters)
        for letter in letters:
            letter.values = self._prepare_letter(letter)
        return letters

    def _make_letter(self):
        """Return the letter of these rows; None if none of them is told."""
        told = self._filter_true().sorted("id")._without_former_status()
        earlier = self._get_earlier_messages(told)
        is_answer = bool(earlier) and not told
        if is_answer:
            told = self.filtered(lambda job: job._get_message_ids())[-1:]
        (self - told).state = "dropped"
        if not told:
            return None
        partner = told[:1].partner_id
        ticket = told.ticket_id
        lang = partner.lang or ticket.company_id.partner_id.lang
        ticket = ticket.with_context(
            lang=lang or self.env.lang, helpdesk_reader_id=partner.id
        ).with_company(ticket.company_id or self.env.company)
        rule = told[:1]._get_rule().with_env(ticket.env)
        return Letter(
            rows=self,
            jobs=told,
            ticket=ticket,
            partner=partner,
            rule=rule,
            earlier=earlier,
            is_answer=is_answer,
        )

    def _join_by_address(self, letters):
        """Join the letters that are mailed to one address about the same.

        Two contacts can have one address, for example the account of a person and a
        contact that a mail has created. Other channels reach each of them.
        """
        groups = {}
        for letter in letters:
            address = letter.job._get_address()
            if address and "mail" in letter.channels:
                groups.setdefault((address, self._get_topic(letter)), []).append(letter)
        joined = []
        for group in groups.values():
            if len(group) == 1:
                continue
            for letter in group:
                letter.channels.remove("mail")
            rows = self.browse().union(*(one.rows for one in group))
            letter = rows._make_letter()
            letter.channels = {"mail"}
            joined.append(letter)
        return joined + [letter for letter in letters if letter.channels]

    def _get_message_ids(self):
        """Return the ids of the messages whose words these rows tell."""
        ids = set()
        for job in self:
            details = job.details or {}
            ids |= {details.get("message_id"), *details.get("earlier_ids", ())}
        return ids - {None, False}

    def _get_earlier_messages(self, told):
        """Return the answers whose words no told row shows, oldest first.

        :param told: those of these rows that are told
        """
        shown = (told[:1].details or {}).get("message_id")
        jobs = self.filtered(
            lambda job: job.audience == "requesters"
            and job._is_wanted()
            and job.ticket_id._is_requester(job.partner_id)
        )
        messages = self.env["mail.message"].browse(
            sorted(jobs._get_message_ids() - {shown})
        )
        return messages.exists().filtered(
            # an automatic message is about a status that is not true any more
            lambda message: message.message_type == "comment"
            and message._is_readable_by_requester()
        )

    def _take_words_of(self, other):
        """Tell the words of another row of the same event, too."""
        self.ensure_one()
        details = self.details or {}
        ids = (self | other)._get_message_ids() - {details.get("message_id")}
        if ids:
            self.details = {**details, "earlier_ids": sorted(ids)}

    def _get_letter_key(self):
        """Return what the rows of one letter have in common."""
        self.ensure_one()
        return (
            self.ticket_id,
            self.parked_id and self.event,
            self.partner_id or self.email,
        )

    def _get_topic(self, letter):
        """Return what the letters to one address have in common to be joined."""
        return letter.ticket.id, letter.job.parked_id and letter.job.event

    def _get_address(self):
        """Return the mail address of the reader, in the form that can be compared."""
        self.ensure_one()
        address = self.partner_id.email if self.partner_id else self.email
        return email_normalize(address or "") or (address or "").strip().lower()

    def _filter_true(self):
        """Leave out what is no longer true, or what this person does not want."""
        return self.filtered(
            lambda job: job._is_wanted()
            and (
                not job.ticket_id
                or job.ticket_id._is_still_true(job.event, job.audience, job.partner_id)
            )
        )

    def _is_wanted(self):
        """Whether the school tells this, and the person wants to know it."""
        self.ensure_one()
        rule = self._get_rule()
        partner = self.partner_id
        is_muted = rule in partner.user_ids.helpdesk_muted_rule_ids
        return bool(rule) and not is_muted and (not partner or partner.active)

    def _without_former_status(self):
        """Leave out all changes of the status but the last one."""
        changes = self.filtered(lambda job: job.event in STATUS_EVENTS)
        last = changes.filtered(lambda job: job.event == changes[-1:].event)
        return last + (self - changes)

    def _get_rule(self):
        """Return the line of the setup that a row comes from, if it still tells."""
        self.ensure_one()
        Rule = self.env["helpdesk.notification.rule"]
        for rule_id, audience in Rule._get_table().get(self.event, ()):
            if audience == self.audience:
                return Rule.browse(rule_id)
        return Rule

    def _choose_channels(self, letter):
        """Return over which channels a letter goes: mail or inbox, never both."""
        users = letter.partner.user_ids.filtered(lambda user: not user.share)[:1]
        possible = ["mail"]
        if users:
            possible.append("inbox")
            if users.notification_type == "inbox":
                possible.reverse()
        wanted = {
            channel
            for job in letter.jobs
            for channel in possible
            if job._get_rule()[channel]
        }
        return {channel for channel in possible if channel in wanted} and {
            next(channel for channel in possible if channel in wanted)
        }

    # ------------------------------------------------------------------
    # Contents
    # ------------------------------------------------------------------

    def _prepare_letter(self, letter):
        """Return the values of the template; addons extend this."""
        env = letter.ticket.env
        if letter.job.parked_id:
            return self._prepare_parked_letter(letter)
        ticket, event = letter.ticket, letter.job.event
        if letter.is_answer:
            return self._prepare_answer_letter(letter)
        fillers = ticket._get_notification_fillers(letter.details)
        texts = [
            job._get_rule().with_env(env)._fill_in(rule_text, fillers)
            for job in letter.jobs
            for rule_text in [job._get_rule().with_env(env).text]
            # a status is told once, even if the reader has two roles
            if job == letter.job or job.event not in STATUS_EVENTS
        ]
        texts += [(job.details or {}).get("text") for job in letter.jobs]
        heading, words, files = ticket._get_notification_words(
            event, letter.job.audience, letter.details
        )
        if letter.earlier:
            heading, words, files = self._add_earlier_words(letter, words, files)
        subject = letter.rule._fill_in(letter.rule.subject, fillers)
        return {
            "ticket": ticket,
            "subject": subject,
            "mail_subject": ticket._get_notification_subject(
                subject, letter.job.audience
            ),
            "greeting_name": letter.partner.name or ticket.partner_name or "",
            "texts": list(dict.fromkeys(filter(None, texts))),
            "facts": ticket._get_notification_facts(letter.job.audience),
            "words_heading": heading,
            "words": words,
            "files": files,
            "next_step": letter.rule._fill_in(letter.rule.next_step, fillers),
            "button": self._get_button(letter),
            "ratings": next(
                filter(
                    None,
                    (
                        ticket._get_notification_ratings(job.event, job.audience)
                        for job in letter.jobs
                    ),
                ),
                [],
            ),
            "signature": ticket.team_id.name or ticket.company_id.name,
            "lang": env.lang,
            "is_for_agent": letter.is_for_agent,
        }

    def _add_earlier_words(self, letter, words, files):
        """Return heading, words and files of a letter, with the earlier answers."""
        bodies = [split_quote(message.body)[0] for message in letter.earlier]
        words = Markup("<hr/>").join(filter(None, [*bodies, words]))
        files |= letter.earlier.attachment_ids.with_env(files.env)
        return letter.ticket.env._("Our answer:"), words, files

    def _prepare_answer_letter(self, letter):
        """Return the values of a letter that has only words of the desk."""
        ticket, audience = letter.ticket, letter.job.audience
        env = ticket.env
        files = env["ir.attachment"]
        heading, words, files = self._add_earlier_words(letter, "", files)
        subject = env._("Our answer")
        return {
            "ticket": ticket,
            "subject": subject,
            "mail_subject": ticket._get_notification_subject(subject, audience),
            "greeting_name": letter.partner.name or ticket.partner_name or "",
            "texts": [],
            "facts": ticket._get_notification_facts(audience),
            "words_heading": heading,
            "words": words,
            "files": files,
            "next_step": "",
            "button": self._get_button(letter),
            "ratings": [],
            "signature": ticket.team_id.name or ticket.company_id.name,
            "lang": env.lang,
            "is_for_agent": letter.is_for_agent,
        }

    def _get_button(self, letter):
        """Return the text and the address of the button."""
        ticket = letter.ticket
        if letter.is_for_agent:
            return ticket.env._("Open the ticket"), ticket._notify_get_action_link(
                "view", model=ticket._name, res_id=ticket.id
            )
        return (
            ticket.env._("See my ticket"),
            ticket.get_base_url() + ticket.get_portal_url(),
        )

    def _prepare_parked_letter(self, letter):
        """Return the values of a letter about all parked mails of a team."""
        env = letter.rule.env
        mails = letter.jobs.parked_id.with_env(env)
        subject = letter.rule.subject or ""
        lines = Markup("<br/>").join(
            f"{mail.email_from or ''}: {mail.subject or ''}" for mail in mails
        )
        action = env.ref("school_helpdesk_base.helpdesk_mail_parked_action")
        return {
            "ticket": env["helpdesk.ticket"],
            "subject": subject,
            "mail_subject": f"{subject} ({len(mails)})",
            "greeting_name": letter.partner.name or "",
            "texts": [letter.rule.text],
            "facts": [],
            "words_heading": "",
            "words": lines,
            "files": env["ir.attachment"],
            "next_step": letter.rule.next_step,
            "button": (
                env._("Open the parked mails"),
                f"{mails[:1].get_base_url()}/odoo/{action.path}",
            ),
            "ratings": [],
            "signature": mails.team_id[:1].name or env.company.name,
            "lang": env.lang,
            "is_for_agent": True,
        }

    def _render_letter(self, letter, own_text=None):
        """Return a letter as HTML, a whole page.

        :param own_text: HTML that replaces our words
        """
        values = letter.values
        company = letter.ticket.company_id or self.env.company
        template = self._get_letter_template(letter, own_text)
        body = letter.rule.env["ir.qweb"]._render(
            f"school_helpdesk_base.{template}",
            {
                **values,
                "own_text": own_text,
                # sudo: res.company - name and colours, for every reader
                "design": get_design(company.sudo()),
                "preheader": self._get_preheader(values, own_text),
            },
            minimal_qcontext=True,
        )
        return Markup("<!DOCTYPE html>\n") + body

    def _get_letter_template(self, letter, own_text=None):
        """Return the name of the QWeb template of a letter."""
        return "notification_mail" if own_text is None else "notification_mail_own_text"

    def _get_preheader(self, values, own_text):
        """Return the first words, which a list of mails shows below the subject."""
        words = own_text or values["words"] or " ".join(values["texts"])
        text = " ".join(html2plaintext(words or "", include_references=False).split())
        return text if len(text) <= PREHEADER else text[:PREHEADER].rstrip() + "…"

    def _get_plain_body(self, letter):
        """Return the words of a letter for the thread and for Odoo's inbox."""
        values = letter.values
        parts = [Markup("<p>%s</p>") % values["subject"]]
        parts += [Markup("<p>%s</p>") % text for text in values["texts"]]
        if values["words"]:
            parts.append(Markup("<blockquote>%s</blockquote>") % values["words"])
        return html_sanitize(Markup().join(parts))
