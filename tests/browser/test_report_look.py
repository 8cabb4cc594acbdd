"""The printed report of a week of the demo school, in English and Thai."""

import base64
import io
import json

import pypdfium2
import pytest

from .shots import MANUAL, save

LANGUAGES = {"en": "en_US", "th": "th_TH"}
#: A word that each language's page must have.
WORDS = {"en": "Weekly Report of the Help Desk", "th": "อายุ (วัน)"}
#: In the demo school all ratings are given on the day of the installation.
RENDER = """
import base64, json
env["res.lang"]._activate_lang("th_TH")
env["helpdesk.ticket"].search([])._sync_figures()
for rating in env["rating.rating"].search([("res_model", "=", "helpdesk.ticket")]):
    ticket = env["helpdesk.ticket"].browse(rating.res_id)
    env.cr.execute(
        "UPDATE rating_rating SET rated_on = %s WHERE id = %s",
        [ticket.resolved_date or rating.rated_on, rating.id],
    )
env.invalidate_all()
manager = env["res.users"].search([("login", "=", "manager")])
found = {}
for lang in ("en_US", "th_TH"):
    report = env["helpdesk.period.report"].with_user(manager).with_context(lang=lang)
    pdf = report._render_week(manager.company_id)
    found[lang] = base64.b64encode(pdf).decode()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def reports(make_database, run_shell):
    """The report in each language, as a PDF (bytes)."""
    output = run_shell(make_database(demo=True), RENDER)
    pages = json.loads(output.strip().splitlines()[-1])
    return {lang: base64.b64decode(pdf) for lang, pdf in pages.items()}


def draw_report(reports):
    """Save the pictures of the manual."""
    for language, lang in LANGUAGES.items():
        page = pypdfium2.PdfDocument(reports[lang])[0]
        buffer = io.BytesIO()
        page.render(scale=110 / 72).to_pil().save(buffer, "PNG")
        suffix = "" if language == "en" else f"-{language}"
        save(buffer.getvalue(), MANUAL / f"weekly-report-1{suffix}.png")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_one_full_page(reports, language):
    document = pypdfium2.PdfDocument(reports[LANGUAGES[language]])
    assert len(document) == 1
    assert WORDS[language] in document[0].get_textpage().get_text_bounded()
