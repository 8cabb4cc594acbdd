"""The file gate: one check for all files of the desk.

Models opt in with a class attribute. The check runs when attachments are created or
changed, so that forms, mail, the chatter and RPC calls cannot bypass it.
"""

import base64
from urllib.parse import urlsplit

from PIL import Image

from odoo import SUPERUSER_ID, api, models, tools
from odoo.exceptions import ValidationError

from ...tools.file_gate import CleanFile, FileRefused, clean_file, keep_file
from ...tools.plain_name import clean_file_name

#: Fields that can hold the content, in the order in which Odoo reads them.
CONTENT_FIELDS = ("raw", "datas", "db_datas")
#: After a change of one of these fields, the file is checked again.
GATED_FIELDS = frozenset((*CONTENT_FIELDS, "mimetype", "name", "type", "url"))
WATCHED_FIELDS = GATED_FIELDS | {"res_field", "res_model"}
#: Fields whose default value can come from the context of an RPC call.
DEFAULT_FIELDS = WATCHED_FIELDS | {"res_id"}


class IrAttachment(models.Model):
    _name = "ir.attachment"
    _inherit = ["ir.attachment"]

    @api.model
    @tools.ormcache()
    def _get_gated_models(self):
        """Return the names of the models whose files are checked.

        These are the models with a class attribute ``_helpdesk_gated_files = True``.
        """
        return frozenset(
            name
            for name, model in self.env.registry.items()
            if getattr(model, "_helpdesk_gated_files", False)
        )

    # ------------------------------------------------------------------
    # The check
    # ------------------------------------------------------------------

    @api.model
    def _may_send_any_file(self):
        """Whether the current user may send files that the desk does not accept.

        Agents may, because they work with scripts and archives. The superuser may,
        because it stores incoming mail. Such files get a safe name. For everybody else
        the file is refused.
        """
        # not env.su: forms use sudo for the people who send them
        user = self.env.user
        return (
            user.id == SUPERUSER_ID
            or user._is_system()
            or user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
        )

    @api.model
    def _get_max_file_size(self):
        """Return the maximum size of a file in bytes."""
        # sudo: res.company - limits apply to users who cannot read the company
        company_sudo = self.env.company.sudo()
        return company_sudo.helpdesk_upload_max_megabytes * 1024**2

    @api.model
    def _check_file(self, name, content):
        """Return the cleaned file if the desk accepts files of its kind.

        :param str name: the file's name, as given by its sender
        :param bytes content: the whole file
        :return: a ``CleanFile``
        :raise ValidationError: the file is refused; the reason is in the current user's
            language
        """
        try:
            return clean_file(name, content, self._get_max_file_size())
        except FileRefused as refused:
            raise ValidationError(self._get_refusal(refused)) from refused

    @api.model
    def _receive_file(self, name, content):
        """Return the cleaned file, according to what the current user may send.

        :raise ValidationError: the user may not send it
        """
        if not self._may_send_any_file():
            return self._check_file(name, content)
        # no size limit for incoming mail: mail servers have their own limits
        if self.env.uid != SUPERUSER_ID and len(content) > self._get_max_file_size():
            refused = FileRefused("large", clean_file_name(name))
            raise ValidationError(self._get_refusal(refused))
        return keep_file(name, content)

    @api.model
    def _get_refusal(self, refused):
        """Return the error message for the sender of a refused file.

        :param FileRefused refused: the reason and the name of the file
        """
        env = self.env
        match refused.reason:
            case "empty":
                return env._("The file %(name)s is empty.", name=refused.name)
            case "large":
                return env._(
                    "The file %(name)s is larger than %(size)s MB.",
                    name=refused.name,
                    size=self._get_max_file_size() // 1024**2,
                )
            case "photo":
                return env._(
                    "The photo %(name)s cannot be read. Please take it again, or send "
                    "it as JPEG.",
                    name=refused.name,
                )
        return env._(
            "The file %(name)s cannot be sent. You can send pictures, videos, "
            "recordings, PDF, Office, text and mail files whose name matches their "
            "content.",
            name=refused.name,
        )

    # ------------------------------------------------------------------
    # Creating and changing attachments
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        gated = self._get_gated_models()
        default_model = self.env.context.get("default_res_model")
        if not any(
            values.get("res_model", default_model) in gated for values in vals_list
        ):
            return super().create(vals_list)
        # apply the defaults from the context here, so that they are checked as well
        context = dict(self.env.context)
        defaults = {
            name: context.pop(f"default_{name}")
            for name in DEFAULT_FIELDS
            if f"default_{name}" in context
        }
        without_defaults = self.with_env(self.env(context=context))
        attachments = super(IrAttachment, without_defaults).create(
            [
                without_defaults._prepare_gated_values(defaults | values)
                for values in vals_list
            ]
        )
        return attachments.with_env(self.env)

    def write(self, vals):
        # most writes change other fields: check this first because it is cheap
        if not vals.keys() & WATCHED_FIELDS:
            return super().write(vals)
        entering = self._filter_entering(vals)
        if not entering:
            return super().write(vals)
        entering.check_access("write")
        if rest := self - entering:
            super(IrAttachment, rest).write(dict(vals))
        for file in entering:
            super(IrAttachment, file).write(file._prepare_gated_changes(vals))
        return True

    def _filter_entering(self, vals):
        """Return those of these attachments that must be checked after a change."""
        gated = self._get_gated_models()
        is_new_file = bool(vals.keys() & GATED_FIELDS)

        def is_entering(file):
            # sudo: ir.attachment - only its record, which is not shown to the user
            file_sudo = file.sudo()
            before = {
                "res_model": file_sudo.res_model,
                "res_field": file_sudo.res_field,
            }
            after = {name: vals.get(name, before[name]) for name in before}
            if after["res_model"] not in gated:
                return False
            if self._is_stored_by_field(after):
                return False
            # a file that moves between checked models was checked before
            return (
                is_new_file
                or before["res_model"] not in gated
                or self._is_field_content(before)
            )

        return self.filtered(is_entering)

    def _prepare_gated_changes(self, vals):
        """Return the checked values to write for a change of this file.

        :raise ValidationError: the current user may not send such a file
        """
        self.ensure_one()
        # sudo: ir.attachment - write access is checked; the content is needed
        file_sudo = self.sudo()
        known = {name: file_sudo[name] for name in ("name", "res_model", "type", "url")}
        if not vals.keys() & set(CONTENT_FIELDS):
            known["raw"] = file_sudo.with_context(bin_size=False).raw or b""
        values = self._prepare_gated_values({**known, **vals})
        return {
            name: value
            for name, value in values.items()
            if name not in known or value != known[name]
        }

    def _postprocess_contents(self, values):
        try:
            return super()._postprocess_contents(values)
        except Image.DecompressionBombError:
            # Odoo resizes pictures and fails on a picture with too many pixels. A mail
            # with such a picture would be lost.
            return values

    @api.model
    def _prepare_gated_values(self, values):
        """Return the checked values of an attachment.

        :raise ValidationError: the current user may not send such a file
        """
        values = dict(values)
        is_gated = values.get("res_model") in self._get_gated_models()
        if not is_gated or self._is_stored_by_field(values):
            return values
        if values.get("url") or values.get("type") == "url":
            return self._prepare_gated_link(values)
        content = self._pop_content(values)
        file = self._receive_file(values.get("name"), content)
        return {**values, **self._prepare_file_values(file)}

    @api.model
    def _prepare_file_values(self, file: CleanFile):
        return {"name": file.name, "raw": file.content, "mimetype": file.mimetype}

    @api.model
    def _is_field_content(self, values):
        """Whether the attachment stores the content of a binary field."""
        model, name = values.get("res_model"), values.get("res_field")
        field = self.env[model]._fields.get(name) if model in self.env else None
        return field is not None and field.type == "binary"

    @api.model
    def _is_stored_by_field(self, values):
        """Whether the ORM stores the content of a binary field.

        The ORM does this as superuser. A user who sends the name of such a field
        cannot avoid the check with it.
        """
        return self.env.su and self._is_field_content(values)

    @api.model
    def _pop_content(self, values):
        """Remove the content from the values of an attachment and return it."""
        contents = {name: values.pop(name, None) for name in CONTENT_FIELDS}
        if raw := contents["raw"]:
            return raw.encode() if isinstance(raw, str) else bytes(raw)
        return base64.b64decode(contents["datas"] or contents["db_datas"] or b"")

    @api.model
    def _prepare_gated_link(self, values):
        """Return the checked values of an attachment that is a link to a web page.

        :raise ValidationError: it is no web page, or the user may not send links
        """
        url = values.get("url") or ""
        is_page = urlsplit(url).scheme in ("http", "https")
        if not self._may_send_any_file() or values.get("type") != "url" or not is_page:
            raise ValidationError(self.env._("Please send a file, not a link."))
        for name in CONTENT_FIELDS:
            values.pop(name, None)
        return {**values, "name": clean_file_name(values.get("name"))}
