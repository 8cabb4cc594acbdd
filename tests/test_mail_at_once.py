"""A mail server hands over the same mail twice at the same moment."""

TWICE = """
import threading
from odoo.service.model import retrying

domain = env["mail.alias.domain"].create({"name": "school.example.com"})
env.company.alias_domain_id = domain
team = env.ref("school_asset_helpdesk_bridge.team_it_support")
team.write({"alias_name": "helpdesk", "company_id": env.company.id})
team.alias_id.alias_domain_id = domain
env.cr.commit()
SOURCE = (
    "From: malee@home.example.com\\nTo: helpdesk@school.example.com\\n"
    "Subject: Only once\\nMessage-ID: <once.%d@home.example.com>\\n\\nText"
)


def send(source, begun):
    with env.registry.cursor() as cr:
        thread = env(cr=cr)["mail.thread"]
        tries = []

        def work():
            if not tries:
                # both transactions begin before one of them ends
                cr.execute("SELECT 1 FROM helpdesk_mail_receipt")
                begun.wait(30)
            tries.append(1)
            thread.message_process(False, source)

        retrying(work, thread.env)


for number in range(3):
    begun = threading.Barrier(2)
    source = SOURCE % number
    threads = [threading.Thread(target=send, args=(source, begun)) for _i in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
env.cr.rollback()
env.invalidate_all()
tickets = env["helpdesk.ticket"].search([("name", "=", "Only once")])
print("TICKETS", len(tickets), len(tickets.partner_id))
"""


def test_the_same_mail_twice(make_database, run_shell):
    output = run_shell(make_database(demo=False), TWICE)
    assert "TICKETS 3 1" in output, output
