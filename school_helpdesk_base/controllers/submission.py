"""Reads the texts of a submitted form, and limits the size of the form."""

from odoo.http import request

from .main import parse_text

#: Bytes that a form may have in addition to its files.
FORM_SIZE = 64 * 1024


def get_upload_size(_controller):
    """Return the maximum size of a form with files, in bytes."""
    # sudo: res.company - the limits apply to users who may not read the company
    company_sudo = request.env.company.sudo()
    files = company_sudo.helpdesk_upload_max_files
    return files * company_sudo.helpdesk_upload_max_megabytes * 1024**2 + FORM_SIZE


def get_sent_text(name):
    """Return the text of a form field; empty if a file was sent instead."""
    return parse_text(request.httprequest.form.get(name))


def get_sent_texts(name):
    """Return all texts of a form field that can occur several times."""
    return request.httprequest.form.getlist(name)


def get_length_errors(*texts):
    """Return an error message for each text that is too long.

    :param texts: pairs of a text and its maximum number of characters
    """
    return [
        request.env._("Please write at most %(count)s characters.", count=length)
        for text, length in texts
        if len(text) > length
    ]
