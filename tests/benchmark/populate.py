"""Fill a database with the tickets of many years, to see what gets slow.

    bin/odoo shell -d DATABASE < tests/benchmark/populate.py

It works on any database with OCA's help desk, with or without our addons, so that both
can be compared (``bin/bench`` does that). Odoo creates a few sample records, and
PostgreSQL multiplies their rows with all the columns that the installed addons have
added. The same number gives the same rows each time. It creates

* 100,000 tickets of three years, nine out of ten of them closed, each with three
  messages and, as the policies give them, SLA clocks;
* 5,000 portal users ``bench1`` ... with the password ``bench-demo``. ``bench1`` has 200
  tickets and ``bench2`` has 20, the others share the rest;
* 40 agents ``benchagent1`` ... with the same password, who have all open tickets, and
  ``benchmanager``;
* 20,000 devices with a third of the tickets, if there are devices;
* 2,000 articles with varied words, if the knowledge base is installed and has some;
* what the reports count: the steps of each ticket, the times of its messages, waits of
  each kind, ratings, met and missed targets, repairs of devices, suggested articles.
  The scheduled action of the report addon computes the figures.
"""

# ruff: noqa: F821 - Odoo's shell gives env

import os

from odoo import Command
from odoo.tools import SQL

TICKETS = int(os.environ.get("BENCH_TICKETS", 100_000))
USERS = max(TICKETS // 20, 10)
DEVICES = TICKETS // 5
ARTICLES = TICKETS // 50
AGENTS = 40
MESSAGES = 3

#: A title is a device, a problem and a room, picked by the number of the ticket. The
#: lists have prime lengths, so that all combinations occur.
DEVICE_WORDS = (
    "Projector Printer Laptop Tablet Whiteboard Scanner Camera Router Speaker "
    "Microphone Keyboard Monitor Password"
).split()
PROBLEMS = (
    "flickers|beeps|freezes|is too slow|smells|restarts|overheats|shows no picture|"
    "is lost|has no sound|does not connect"
).split("|")


def multiply(table, count, sample_ids, **expressions):
    """Insert copies of the sample rows, one sample after the other.

    :param expressions: column to SQL of its value where it differs from the sample;
        ``n`` is the number of the copy, from 1, ``sample`` is the sample row
    """
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND is_generated = 'NEVER' AND column_name != 'id'",
        [table],
    )
    columns = [name for (name,) in env.cr.fetchall()]
    env.cr.execute(
        SQL(
            """
            INSERT INTO %s (%s)
                 SELECT %s
                   FROM generate_series(1, %s) AS n
                   JOIN %s AS sample ON sample.id = (%s::int[])[1 + n %% %s]
               ORDER BY n
            """,
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(
                SQL(expressions[name].replace("%", "%%"))
                if name in expressions
                else SQL.identifier("sample", name)
                for name in columns
            ),
            count,
            SQL.identifier(table),
            sample_ids,
            len(sample_ids),
        )
    )


def pick(words, number):
    """SQL that picks one of the words by a number."""
    array = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{array}])[1 + ({number}) % {len(words)}]"


def pick_id(model, number):
    """SQL that picks the id of one of the records by a number."""
    ids = env[model].search([]).ids
    return (
        f"('{{{', '.join(map(str, ids))}}}'::int[])[1 + ({number}) % {len(ids) or 1}]"
    )


def create_setup():
    """Create what a desk needs before its tickets, where it is missing."""
    Team = env["helpdesk.ticket.team"]
    team = Team.search([], limit=1, order="id") or Team.create({"name": "IT"})
    Category = env["helpdesk.ticket.category"]
    if not Category.search_count([]):
        Category.create([{"name": name} for name in DEVICE_WORDS])
    if not env["helpdesk.sla"].search_count([]):
        # two policies, since our addons have two clocks for each ticket
        team.use_sla = True
        env["helpdesk.sla"].create(
            [
                {"name": f"{hours} hours", "hours": hours, "stage_id": stage.id}
                for hours, stage in zip(
                    (4, 24),
                    env["helpdesk.ticket.stage"].search([("closed", "=", True)]),
                    strict=False,
                )
            ]
        )
    env["res.users"].create(
        {
            "name": "Bench Manager",
            "login": "benchmanager",
            "email": "benchmanager@school.example",
            "password": "bench-demo",
            "group_ids": [
                Command.link(env.ref(xmlid).id)
                for xmlid in (
                    "helpdesk_mgmt.group_helpdesk_manager",
                    # only our side has it: the costs of devices are for them
                    "school_asset_management.group_asset_user",
                )
                if env.ref(xmlid, raise_if_not_found=False)
            ],
        }
    )
    agents = env["res.users"].create(
        [
            {
                "name": f"Bench Agent {number}",
                "login": f"benchagent{number}",
                "email": f"benchagent{number}@school.example",
                "password": "bench-demo",
                "group_ids": [
                    (
                        6,
                        0,
                        (
                            env.ref("base.group_user")
                            + env.ref("helpdesk_mgmt.group_helpdesk_user")
                        ).ids,
                    )
                ],
            }
            for number in range(1, AGENTS + 1)
        ]
    )
    team.user_ids |= agents
    return team, agents


def create_samples(team):
    """Create a portal user and one of their tickets in each stage, with messages."""
    user = env["res.users"].create(
        {
            "name": "Bench 0",
            "login": "bench0",
            "password": "bench-demo",
            "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
        }
    )
    agent = env.ref("base.user_admin").partner_id
    stages = env["helpdesk.ticket.stage"].search([])
    tickets = env["helpdesk.ticket"].browse()
    for stage in stages:
        ticket = env["helpdesk.ticket"].create(
            {
                "name": "Sample",
                "description": "<p>It does not work since this morning.</p>",
                "partner_id": user.partner_id.id,
                "partner_name": user.name,
                "partner_email": "bench0@school.example",
                "category_id": env["helpdesk.ticket.category"].search([], limit=1).id,
                "team_id": team.id,
            }
        )
        for author in (user.partner_id, agent, user.partner_id)[:MESSAGES]:
            ticket.message_post(
                body="It worked for a while, and then it stopped again.",
                author_id=author.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        ticket.stage_id = stage
        tickets += ticket
    env.flush_all()
    # nine of ten tickets are closed
    ended = tickets.filtered("stage_id.closed")[:1]
    return user, tickets.ids + ended.ids * (9 * len(tickets))


def create_users(sample):
    """Create portal users with the password and the groups of the sample."""
    multiply(
        "res_partner",
        USERS,
        sample.partner_id.ids,
        name="'Bench ' || n",
        complete_name="'Bench ' || n",
        email="'bench' || n || '@school.example'",
        email_normalized="'bench' || n || '@school.example'",
        ref="'bench' || n",
    )
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id WHERE ref LIKE 'bench%'"
    )
    multiply(
        "res_users",
        USERS,
        sample.ids,
        login="'bench' || n",
        partner_id="(SELECT id FROM res_partner WHERE ref = 'bench' || n)",
    )
    for table, column in (
        ("res_groups_users_rel", "gid"),
        ("res_company_users_rel", "cid"),
    ):
        user = "uid" if table == "res_groups_users_rel" else "user_id"
        env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(user)s, %(column)s) SELECT u.id, s.%(column)s"
                " FROM res_users u, %(table)s s"
                " WHERE s.%(user)s = %(sample)s AND u.login ~ '^bench[1-9]'",
                table=SQL.identifier(table),
                user=SQL.identifier(user),
                column=SQL.identifier(column),
                sample=sample.id,
            )
        )


def create_tickets(sample_ids, agents):
    """Create the tickets, with messages and followers as Odoo would create them."""
    env.cr.execute(
        """
        CREATE TEMP TABLE bench_user AS
            SELECT substr(ref, 6)::int AS nth, id AS partner_id, email, name
              FROM res_partner WHERE ref ~ '^bench[1-9]';
        CREATE UNIQUE INDEX ON bench_user (nth)
        """
    )
    nth = f"CASE WHEN n <= 200 THEN 1 WHEN n <= 220 THEN 2 ELSE 3 + n % {USERS - 2} END"

    def requester(column):
        return f"(SELECT {column} FROM bench_user WHERE nth = {nth})"

    env.cr.execute("SELECT COALESCE(max(id), 0) FROM helpdesk_ticket")
    (before,) = env.cr.fetchone()
    multiply(
        "helpdesk_ticket",
        TICKETS,
        sample_ids,
        number="'HB' || lpad(n::text, 6, '0')",
        name=f"{pick(DEVICE_WORDS, 'n')} || ' ' || {pick(PROBLEMS, 'n / 7')}"
        " || ' in room ' || (100 + n % 397)",
        description=f"'<p>' || {pick(DEVICE_WORDS, 'n / 3')} || ' ' || md5(n::text)"
        " || '</p>'",
        partner_id=requester("partner_id"),
        commercial_partner_id=requester("partner_id"),
        partner_name=requester("name"),
        partner_email=requester("email"),
        access_token="NULL",
        category_id=f"COALESCE({pick_id('helpdesk.ticket.category', 'n / 5')}, "
        "sample.category_id)",
        user_id=f"('{{{', '.join(map(str, agents.ids))}}}'::int[])[1 + n % {AGENTS}]",
        create_date=f"now() - interval '3 years' * (1 - n / {TICKETS + 1}.0)",
        last_stage_update=f"now() - interval '3 years' * (1 - n / {TICKETS + 1}.0)",
        next_due="CASE WHEN sample.next_due IS NOT NULL THEN now()"
        " + interval '5 minutes' * (n % 20000 - 500) END",
    )
    env.cr.execute(
        """
        CREATE TEMP TABLE bench_ticket AS
            SELECT *, (%s::int[])[1 + nth %% %s] AS sample_id
              FROM (SELECT id, partner_id, create_date,
                           row_number() OVER (ORDER BY id) AS nth
                      FROM helpdesk_ticket WHERE id > %s) AS ticket;
        CREATE UNIQUE INDEX ON bench_ticket (nth);
        ANALYZE bench_ticket
        """,
        [sample_ids, len(sample_ids), before],
    )
    messages = env["mail.message"].search(
        [
            ("model", "=", "helpdesk.ticket"),
            ("res_id", "=", sample_ids[0]),
            ("message_type", "=", "comment"),
        ],
        order="id",
    )
    env.cr.execute("SELECT partner_id FROM res_users WHERE login = 'bench0'")
    (sample_partner,) = env.cr.fetchone()
    of_ticket = f"FROM bench_ticket WHERE nth = 1 + (n - 1) / {MESSAGES}"
    multiply(
        "mail_message",
        TICKETS * MESSAGES,
        messages.ids[:MESSAGES],
        res_id=f"(SELECT id {of_ticket})",
        author_id=f"CASE WHEN sample.author_id = {sample_partner}"
        f" THEN (SELECT partner_id {of_ticket}) ELSE sample.author_id END",
        date=f"(SELECT create_date {of_ticket})",
        message_id="'<bench-' || n || '@school.example>'",
    )
    env.cr.execute(
        """
        WITH follower AS (
            INSERT INTO mail_followers (res_model, res_id, partner_id)
                 SELECT 'helpdesk.ticket', id, partner_id FROM bench_ticket
              RETURNING id)
        INSERT INTO mail_followers_mail_message_subtype_rel
                    (mail_followers_id, mail_message_subtype_id)
             SELECT id, %s FROM follower
        """,
        [env.ref("mail.mt_comment").id],
    )


def create_clocks():
    """Copy the SLA clocks of the samples to their tickets."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'helpdesk_ticket_sla'"
        " AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'ticket_id')"
    )
    columns = SQL(", ").join(SQL.identifier(name) for (name,) in env.cr.fetchall())
    env.cr.execute(
        SQL(
            "INSERT INTO helpdesk_ticket_sla (ticket_id, %(columns)s)"
            " SELECT bench_ticket.id, %(columns)s"
            "   FROM (SELECT ticket_id AS sample_id, %(columns)s"
            "           FROM helpdesk_ticket_sla) AS clock"
            "   JOIN (SELECT id, sample_id FROM bench_ticket) AS bench_ticket"
            "  USING (sample_id)",
            columns=columns,
        )
    )


def create_devices():
    """Create devices like the existing ones, and link a third of the tickets."""
    if "helpdesk.ticket.asset.link" not in env:
        return
    samples = env["asset.asset"].search([])
    multiply(
        "asset_asset",
        DEVICES,
        samples.ids,
        asset_code="'BENCH-' || n",
        serial_number="'BENCH' || n",
        qr_token="'bench-' || lpad(n::text, 16, '0')",
    )
    env.cr.execute(
        """
        CREATE TEMP TABLE bench_device AS
            SELECT id, substr(asset_code, 7)::int AS nth, asset_code
              FROM asset_asset WHERE asset_code LIKE 'BENCH-%%';
        UPDATE helpdesk_ticket ticket
           SET asset_id = device.id, asset_code = device.asset_code
          FROM bench_ticket JOIN bench_device device
            ON device.nth = 1 + bench_ticket.nth %% %s
         WHERE ticket.id = bench_ticket.id AND bench_ticket.nth %% 3 = 0;
        INSERT INTO helpdesk_ticket_asset_link (ticket_id, asset_id, role)
             SELECT ticket.id, ticket.asset_id, 'primary'
               FROM helpdesk_ticket ticket JOIN bench_ticket USING (id)
              WHERE ticket.asset_id IS NOT NULL
        """,
        [DEVICES],
    )


def create_articles():
    """Create articles like the existing ones, with different titles and words."""
    if "helpdesk.article" not in env:
        return
    samples = env["helpdesk.article"].search([("state", "=", "published")])
    if not samples:
        return
    title = (
        f"{pick(DEVICE_WORDS, 'n')} || ' ' || {pick(PROBLEMS, 'n / 13')} || ' ' || n"
    )
    multiply(
        "helpdesk_article",
        ARTICLES,
        samples.ids,
        title=f"sample.title || jsonb_build_object('en_US', {title})",
        content="sample.content || jsonb_build_object('en_US', "
        "(sample.content->>'en_US') || '<p>' || "
        "(SELECT string_agg(substr(md5((n * 31 + i)::text), 1, 7), ' ')"
        " FROM generate_series(1, 40) i) || '</p>')",
    )


def create_life():
    """Tell what happened to each ticket: its steps, answers, ratings and clocks.

    A fifth of the tickets waited, one of 17 was reopened, and one of 3 was rated.
    """
    if "helpdesk.ticket.status.log" not in env:
        return
    env.cr.execute(
        """
        CREATE TEMP TABLE bench_life AS
            SELECT ticket.id, ticket.nth, ticket.partner_id,
                   ticket.create_date AS start,
                   whole.status_category AS status, whole.user_id,
                   ticket.create_date + interval '1 minute'
                       * (10 + ticket.nth * 7919 %% 397) AS answered,
                   ticket.create_date + interval '1 minute'
                       * (500 + ticket.nth * 104729 %% 4999) AS resolved,
                   (ARRAY['requester', 'vendor', 'part', 'approval'])
                       [1 + ticket.nth %% 4] AS waiting_for
              FROM bench_ticket AS ticket
              JOIN helpdesk_ticket AS whole ON whole.id = ticket.id;
        CREATE UNIQUE INDEX ON bench_life (id);
        ANALYZE bench_life;

        WITH stage AS (
            SELECT status_category AS status, min(id) AS id
              FROM helpdesk_ticket_stage GROUP BY status_category
        ), step AS (
            SELECT id, 1 AS place, 'open' AS status, start AS moment FROM bench_life
         UNION ALL
            SELECT id, 2, 'waiting', answered FROM bench_life
             WHERE nth %% 5 = 0 OR status = 'waiting'
         UNION ALL
            SELECT id, 3, 'open', answered + (resolved - answered) / 3 FROM bench_life
             WHERE nth %% 5 = 0 AND status <> 'waiting'
         UNION ALL
            SELECT id, 4, 'resolved', answered + (resolved - answered) / 2
              FROM bench_life
             WHERE nth %% 17 = 0 AND status IN ('resolved', 'closed')
         UNION ALL
            SELECT id, 5, 'open', answered + (resolved - answered) * 2 / 3
              FROM bench_life
             WHERE nth %% 17 = 0 AND status IN ('resolved', 'closed')
         UNION ALL
            SELECT id, 6, CASE status WHEN 'closed' THEN 'resolved' ELSE status END,
                   resolved
              FROM bench_life WHERE status NOT IN ('open', 'waiting')
         UNION ALL
            SELECT id, 7, status, resolved + interval '5 days'
              FROM bench_life WHERE status = 'closed'
        )
        INSERT INTO helpdesk_ticket_status_log
                    (ticket_id, status_category, stage_id, start, "end", user_id,
                     waiting_for)
             SELECT life.id, step.status, stage.id, step.moment,
                    lead(step.moment) OVER (PARTITION BY life.id ORDER BY step.place),
                    life.user_id,
                    CASE step.status WHEN 'waiting' THEN life.waiting_for END
               FROM step
               JOIN bench_life AS life USING (id)
               JOIN stage ON stage.status = step.status
           ORDER BY life.id, step.place;

        UPDATE helpdesk_ticket AS ticket
           SET first_response_date = life.answered,
               resolved_date = CASE WHEN life.status IN ('resolved', 'closed')
                                    THEN life.resolved END,
               waiting_for = CASE life.status WHEN 'waiting' THEN life.waiting_for END,
               reopen_count = (life.nth %% 17 = 0
                               AND life.status IN ('resolved', 'closed'))::int,
               channel_id = channel.id,
               priority = (life.nth %% 7 %% 4)::text
          FROM bench_life AS life
    CROSS JOIN (SELECT id, row_number() OVER () - 1 AS place, count(*) OVER () AS total
                  FROM helpdesk_ticket_channel) AS channel
         WHERE ticket.id = life.id AND channel.place = life.nth %% channel.total;

        UPDATE mail_message AS message
           SET date = CASE WHEN message.author_id = life.partner_id
                           THEN life.start + (message.id %% 7) * interval '20 minutes'
                           ELSE life.answered END
          FROM bench_life AS life
         WHERE message.model = 'helpdesk.ticket' AND message.res_id = life.id;

        UPDATE helpdesk_ticket_sla AS clock
           SET state = CASE WHEN life.nth %% 11 = 0 THEN 'expired'
                            ELSE 'accomplished' END,
               deadline = life.start + interval '1 day' * (1 + life.nth %% 3),
               done_date = CASE clock.target WHEN 'resolution' THEN life.resolved
                                             ELSE life.answered END
          FROM bench_life AS life
         WHERE clock.ticket_id = life.id
           AND clock.state IN ('accomplished', 'expired');

        INSERT INTO rating_rating
                    (res_model_id, res_model, res_id, partner_id, rating, rating_text,
                     consumed, create_date, write_date, rated_on)
             SELECT %(model)s, 'helpdesk.ticket', id, partner_id, rating,
                    CASE WHEN rating >= 4 THEN 'top' WHEN rating >= 3 THEN 'ok'
                         ELSE 'ko' END,
                    TRUE, resolved, resolved, resolved + interval '2 hours'
               FROM (SELECT *, (ARRAY[5, 5, 4, 5, 3, 5, 1])[1 + nth %% 7] AS rating
                       FROM bench_life
                      WHERE nth %% 3 = 0 AND status IN ('resolved', 'closed')) AS life
        """,
        {"model": env["ir.model"]._get_id("helpdesk.ticket")},
    )


def create_costs():
    """Give devices a price, a room and repairs, and articles their readers."""
    if "helpdesk.device.report" not in env:
        return
    env.cr.execute(
        """
        UPDATE asset_asset AS asset
           SET purchase_cost = 4000 + device.nth * 37 % 21000,
               purchase_date = current_date - device.nth * 53 % 2500,
               model = 'Model ' || device.nth % 101,
               location_id = room.id
          FROM bench_device AS device,
               (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place,
                       count(*) OVER () AS total
                  FROM asset_location WHERE location_type = 'room') AS room
         WHERE asset.id = device.id AND room.place = device.nth % room.total;

        INSERT INTO asset_damage_case
                    (asset_id, damage_source, status, damage_date, damage_description,
                     actual_cost)
             SELECT id, 'manual', 'closed', current_date - nth % 900, 'Broken',
                    300 + nth * 17 % 4000
               FROM bench_device WHERE nth % 5 = 0;

        INSERT INTO asset_inspection (asset_id, repair_cost)
             SELECT id, 100 + nth * 13 % 900 FROM bench_device WHERE nth % 7 = 0;

        UPDATE asset_asset AS asset
           SET helpdesk_repair_cost = part.cost
          FROM (SELECT id,
                       CASE WHEN nth % 5 = 0 THEN 300 + nth * 17 % 4000 ELSE 0 END
                       + CASE WHEN nth % 7 = 0 THEN 100 + nth * 13 % 900 ELSE 0 END
                       AS cost
                  FROM bench_device) AS part
         WHERE part.id = asset.id;

        UPDATE helpdesk_ticket_asset_link AS link
           SET ticket_active = ticket.active, ticket_date = ticket.create_date
          FROM helpdesk_ticket AS ticket
         WHERE ticket.id = link.ticket_id;

        UPDATE helpdesk_ticket AS ticket
           SET asset_category = asset.category_id, asset_model = asset.model,
               asset_location_reported = asset.location_id
          FROM asset_asset AS asset
         WHERE asset.id = ticket.asset_id AND ticket.number LIKE 'HB%';
        """
    )


def create_readers():
    """Count suggested articles and searches, for each article and week of a year."""
    if "helpdesk.article.deflection" not in env:
        return
    env.cr.execute(
        """
        INSERT INTO helpdesk_article_deflection
                    (article_id, date, shown_count, solved_count)
             SELECT article.id, current_date - week * 7 - article.id %% 7,
                    1 + (article.id + week) %% 9, (article.id + week) %% 3
               FROM helpdesk_article AS article, generate_series(0, 51) AS week
              WHERE article.state = 'published';

        INSERT INTO helpdesk_article_search_log (words, lang, search_count, last_date)
             SELECT 'words ' || n, 'en_US', 1 + n %% 13, current_date - n %% 365
               FROM generate_series(1, %s) AS n
        """,
        [ARTICLES],
    )


team, agents = create_setup()
user, sample_ids = create_samples(team)
create_users(user)
create_tickets(sample_ids, agents)
create_clocks()
create_devices()
create_articles()
create_life()
create_costs()
create_readers()
if "helpdesk.ticket.status.log" in env:
    env["helpdesk.ticket.status.log"]._build_from_history()
env.cr.commit()
env.cr.execute("ANALYZE")
env.cr.commit()
if "figures_date" in env["helpdesk.ticket"]._fields:
    env.cr.execute("UPDATE helpdesk_ticket SET figures_date = NULL")
    env.cr.commit()
    env.registry.clear_all_caches()
    env["helpdesk.ticket"]._cron_sync_figures()
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
