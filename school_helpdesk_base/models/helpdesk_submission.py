"""What has been sent already: one row for each form that became a record.

A phone on a weak network sends again what has arrived already. Each form has a key of
its own, and the database accepts each key of a user once. So a form that is sent twice,
also at the same time, becomes one ticket, one comment or one guest report.
"""

from datetime import timedelta

from odoo import api, fields, models

from ..tools.concurrency import retry_when_doubled

#: How long a key is remembered. Browsers keep an unsent form for three days at most.
LIFETIME = timedelta(days=30)


class HelpdeskSubmission(models.Model):
    _name = "helpdesk.submission"
    _description = "Form Sent to the Help Desk"
    _rec_name = "key"

    key = fields.Char(required=True, help="The form's own key, made with the form.")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Sent by",
        required=True,
        ondelete="cascade",
        help="Who sent it: another person's key is not one's own.",
    )
    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", help="What the form became."
    )

    _key_unique = models.UniqueIndex(
        "(user_id, res_model, key)", "This form has been sent already."
    )
    _create_date_idx = models.Index("(create_date)")

    @api.model
    def _find(self, key, res_model):
        """Return what the current user's form became, as root.

        :param str key: the form's; may be empty
        :param str res_model: the kind of record
        :return: a record; an empty recordset if the form has not been sent, or if the
            record has been deleted
        """
        # sudo: the current user's own records, found by his own key
        records = self.env[res_model].sudo()
        if not key:
            return records
        # sudo: helpdesk.submission - nobody has a right on it
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
        """Take a key for the current user, before its record is created.

        :param str key: the form's; without one nothing is taken
        :return: the submission, as root, to be completed by ``_set_record``; an empty
            recordset without a key
        :raise ConcurrencyError: another request has just taken it
        """
        # sudo: helpdesk.submission - nobody has a right on it
        submissions = self.sudo()
        if not key:
            return submissions
        with retry_when_doubled(self.env):
            submission = submissions.create(
                {"key": key, "user_id": self.env.uid, "res_model": res_model}
            )
            submission.flush_recordset()
        return submission

    def _set_record(self, record):
        """Note what the form became."""
        self.res_id = record.id

    @api.autovacuum
    def _gc_submissions(self):
        """Remove keys that no browser sends again."""
        self.search([("create_date", "<", fields.Datetime.now() - LIFETIME)]).unlink()
