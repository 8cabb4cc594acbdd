"""Idempotency keys of submitted forms: one row for each form.

A phone on a weak network may send a form again that has already arrived. Every form has
an idempotency key, and the database accepts each key of a user only once. A form that
is sent twice, even at the same time, creates one ticket, comment or guest report.
"""

from datetime import timedelta

from odoo import api, fields, models

from ..tools.concurrency import retry_on_duplicate

#: How long keys are stored. Browsers keep an unsent form for at most three days.
LIFETIME = timedelta(days=30)


class HelpdeskSubmission(models.Model):
    _name = "helpdesk.submission"
    _description = "Form Sent to the Help Desk"
    _rec_name = "key"

    key = fields.Char(required=True, help="The idempotency key of the form.")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Sent by",
        required=True,
        ondelete="cascade",
        help="The user who sent the form. Keys of different users are independent.",
    )
    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(
        string="Record",
        model_field="res_model",
        help="The record that the form created.",
    )

    _key_unique = models.UniqueIndex(
        "(user_id, res_model, key)", "This form has been sent already."
    )
    _create_date_idx = models.Index("(create_date)")

    @api.model
    def _find(self, key, res_model):
        """Return the record that the current user's form created, with sudo.

        :param str key: the idempotency key of the form; may be empty
        :param str res_model: the model of the record
        :return: a record; an empty recordset if the form has not been sent or the
            record has been deleted
        """
        # sudo: records that the current user created, found by the user's own key
        records = self.env[res_model].sudo()
        if not key:
            return records
        # sudo: helpdesk.submission - no user has access rights
        submission = self.sudo().search(
            [
                ("user_id", "=", self.env.uid),
                ("res_model", "=", res_model),
                ("key", "=", key),
            ]
        )
        record = records.browse(submission.res_id).exists() if submission else records
        if submission and not record:
            submission.unlink()
        return record

    @api.model
    def _claim(self, key, res_model):
        """Reserve a key for the current user, before the record is created.

        :param str key: the idempotency key of the form; may be empty
        :param str res_model: the model of the record
        :return: the submission, with sudo, to be completed by ``_set_record``; empty
            without a key
        :raise ConcurrencyError: another request has just reserved the key
        """
        # sudo: helpdesk.submission - no user has access rights
        submissions = self.sudo()
        if not key:
            return submissions
        with retry_on_duplicate(self.env):
            submission = submissions.create(
                {"key": key, "user_id": self.env.uid, "res_model": res_model}
            )
            submission.flush_recordset()
        return submission

    def _set_record(self, record):
        """Store the record that the form created."""
        self.res_id = record.id

    @api.autovacuum
    def _gc_submissions(self):
        """Delete keys that are older than ``LIFETIME``."""
        self.search([("create_date", "<", fields.Datetime.now() - LIFETIME)]).unlink()
