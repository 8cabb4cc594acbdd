"""What form_sender.esm.js has to know of a form that it sends."""

from odoo.http import request


def prepare_sender(errors):
    """Return the attributes of a form that form_sender.esm.js sends.

    :param errors: what was wrong with it, if it is shown again
    """
    env = request.env
    return {
        "data-draft-owner": env.uid,
        "data-draft-answered": "true" if errors else None,
        "data-remove": env._("Remove this file"),
        "data-offline": env._(
            "It could not be sent. What you typed is kept: try again when you are back "
            "on the network."
        ),
        "data-expired": env._(
            "It was not sent yet, since you have signed in anew. Please send it again."
        ),
        "data-too-large": env._("These files are too large to be sent together."),
    }
