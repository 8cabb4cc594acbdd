"""A ticket's whole life by mail alone, in Thai, with each mail counted.

The servers are real: mails come from Dovecot by IMAP and go to an SMTP server, and
Odoo's scheduled actions do the work. Each step names the people who get a mail, and
nobody else may get one.
"""

import re
import time
from collections import Counter

import pytest
from mail_desk import (
    DESK,
    NOREPLY,
    get_address,
    get_button,
    get_hidden,
    get_html,
    get_links,
    get_text,
    run_desk,
)

MALEE = "มาลี ใจดี <malee@home.example.com>"
MALEE_ADDRESS = "malee@home.example.com"
MANAGER, TECHNICIAN = "manager@school.example.com", "technician@school.example.com"
#: What may be Latin in a Thai mail: addresses, markers and numbers of tickets.
LATIN_ALLOWED = re.compile(
    r"https?://\S+|\S+@\S+|\[#desk-\S+\]|HT\d+|LIFE-\d+|\bRe:", re.IGNORECASE
)
CLOCK = "now() AT TIME ZONE 'UTC' - interval '1 minute'"


@pytest.fixture(scope="module")
def desk(make_database, start_server, run_shell, tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    with run_desk(make_database(), folder, start_server, run_shell) as desk:
        yield desk


@pytest.fixture(autouse=True)
def reset(desk):
    """Let the next test begin with a working mail server."""
    yield
    desk.smtp.start()
    desk.smtp.behave()


def check_mail(mail, first_id, number, author=None):
    """Check what all mails of the desk have in common.

    :param str author: the person whose words the mail has; an automatic mail has none
    """
    assert get_address(mail["From"]) == NOREPLY
    assert (author or "ฝ่ายไอที") in mail["From"]
    assert get_address(mail["Reply-To"]) == DESK
    assert number in mail["Subject"]
    assert (mail["Auto-Submitted"] == "auto-generated") == (not author)
    assert mail["Message-ID"].startswith("<")
    # mail programs show the whole conversation together
    if first_id:
        assert first_id in mail["References"].split()
    text = get_text(mail)
    words = " ".join([mail["Subject"], text])
    latin = re.findall(r"[A-Za-z]{2,}", LATIN_ALLOWED.sub("", words))
    assert not latin, latin
    assert 'lang="th-TH"' in get_html(mail)
    # the plain text has the button's address, too
    assert get_button(mail) in text


def check_button(browser, mail, number):
    _url, page = browser.get(get_button(mail))
    assert number in page


def test_a_ticket_lives_by_mail(desk):
    # a stranger writes, and gets a receipt
    first_id = desk.write(MALEE, "เครื่องฉายภาพไม่ติด", "กดปุ่มแล้วไฟไม่ขึ้นเลยค่ะ ห้อง ๒๐๔")
    [receipt] = desk.expect(MALEE_ADDRESS)
    [[ticket, number]] = desk.sql("SELECT id, number FROM helpdesk_ticket")
    check_mail(receipt, first_id, number)
    visitor = desk.browser()
    check_button(visitor, receipt, number)

    # the reply to the receipt is on the ticket; nobody works on it yet
    desk.write(MALEE, f"Re: {receipt['Subject']}", "ลืมบอกว่าสายเสียบอยู่ค่ะ", receipt)
    desk.expect()

    # Odoo stops, and starts again
    desk.server.stop()
    desk.start()
    visitor = desk.browser()
    agent = desk.browser("technician")
    manager, technician = desk.rpc("manager"), desk.rpc("technician")
    assignee = {"user_id": desk.users["technician"]}
    manager("helpdesk.ticket", "write", [ticket], assignee)
    [assigned] = desk.expect(TECHNICIAN)
    check_mail(assigned, first_id, number)
    assert "ลืมบอกว่าสายเสียบอยู่ค่ะ" in get_text(assigned)
    assert agent.get(get_button(assigned))[0].startswith(desk.server.url)

    def answer(text, action, **values):
        values |= {"ticket_id": ticket, "body": f"<p>{text}</p>"}
        dialog = technician("helpdesk.ticket.answer", "create", values)
        technician("helpdesk.ticket.answer", action, [dialog])

    def get_status():
        [[status]] = desk.sql(
            "SELECT status_category FROM helpdesk_ticket WHERE id = %s", ticket
        )
        return status

    # the desk answers, she replies
    answer("หลอดไฟสีอะไรครับ", "action_send")
    [answered] = desk.expect(MALEE_ADDRESS)
    check_mail(answered, first_id, number, author="สมชาย ช่างดี")
    check_button(visitor, answered, number)
    assert "หลอดไฟสีอะไรครับ" in get_text(answered)
    desk.write(MALEE, f"Re: {answered['Subject']}", "สีแดงค่ะ", answered)
    [told] = desk.expect(TECHNICIAN)
    check_mail(told, first_id, number, author="มาลี ใจดี")
    assert "สีแดงค่ะ" in get_text(told)

    # the desk asks and waits; she is reminded once, and replies
    answer("ช่วยถ่ายรูปด้านหลังให้หน่อยครับ", "action_send_and_wait")
    [waiting] = desk.expect(MALEE_ADDRESS)
    check_mail(waiting, first_id, number)
    check_button(visitor, waiting, number)
    assert "ช่วยถ่ายรูปด้านหลังให้หน่อยครับ" in get_text(waiting)
    assert get_status() == "waiting"
    desk.sql(f"UPDATE helpdesk_ticket SET reminder_date = {CLOCK}")
    desk.run("remind")
    [reminder] = desk.expect(MALEE_ADDRESS)
    check_mail(reminder, first_id, number)
    check_button(visitor, reminder, number)
    assert "ช่วยถ่ายรูปด้านหลังให้หน่อยครับ" in get_text(reminder)
    desk.run("remind")
    desk.expect()
    desk.write(MALEE, f"Re: {reminder['Subject']}", "ขอโทษค่ะ สายด้านหลังหลุด", reminder)
    [told] = desk.expect(TECHNICIAN)
    assert "สายด้านหลังหลุด" in get_text(told)
    assert get_status() == "open"

    # resolved, and rated by a link
    answer("เสียบสายใหม่ให้แล้วครับ", "action_send_and_resolve", solution="เสียบสายใหม่")
    [resolved] = desk.expect(MALEE_ADDRESS)
    check_mail(resolved, first_id, number)
    check_button(visitor, resolved, number)
    assert "เสียบสายใหม่ให้แล้วครับ" in get_text(resolved)
    rates = [url for url, _text in get_links(resolved) if "/rate/" in url]
    assert len(rates) == 3
    page = visitor.get(rates[2])[1]
    rate = re.search(r'action="(/rate/[^"]+)"', page)[1]
    hidden = dict(re.findall(r'name="(csrf_token)" value="([^"]+)"', page))
    visitor.post(desk.server.url + rate, {**hidden, "rate": 1, "feedback": "ยังเสีย"})
    assert desk.sql("SELECT rating, consumed FROM rating_rating") == [(1, True)]
    [rated] = desk.expect(TECHNICIAN)
    assert "ยังเสีย" in get_text(rated)

    # not solved: her reply reopens it
    desk.write(MALEE, f"Re: {resolved['Subject']}", "ยังไม่หายค่ะ ดับอีกแล้ว", resolved)
    assert get_status() == "open"
    [reopened] = desk.expect(TECHNICIAN)
    check_mail(reopened, first_id, number)
    assert "ยังไม่หายค่ะ ดับอีกแล้ว" in get_text(reopened)

    # resolved again; some days later it closes, and she need not be told
    answer("เปลี่ยนสายเส้นใหม่แล้วครับ", "action_send_and_resolve")
    [resolved] = desk.expect(MALEE_ADDRESS)
    check_mail(resolved, first_id, number)
    desk.sql(f"UPDATE helpdesk_ticket SET auto_close_date = {CLOCK}")
    desk.run("close")
    assert get_status() == "closed"
    desk.expect()

    # nothing was lost or told twice on the way
    assert desk.sql("SELECT count(*) FROM helpdesk_ticket") == [(1,)]
    assert desk.sql("SELECT count(*) FROM helpdesk_mail_parked") == [(0,)]
    assert desk.sql("SELECT * FROM helpdesk_notification WHERE state = 'failed'") == []
    ids = [one.mail["Message-ID"] for one in desk.smtp.sent()]
    assert len(set(ids)) == len(ids)


# --- a mail server with troubles ------------------------------------------------------


def list_failures(desk):
    """What managers see under Failed Mails."""
    return desk.rpc("manager")(
        "helpdesk.notification",
        "search_read",
        [("state", "=", "failed")],
        ["recipient", "failure", "retry_date"],
        order="id",
    )


def break_server(desk, trouble):
    if trouble == "down":
        desk.smtp.stop()
    else:
        desk.smtp.behave({"*": trouble})


@pytest.mark.parametrize(
    "trouble, reason",
    [
        ("451 4.3.0 Try again later", "451"),
        ("550 5.7.1 Rejected", "550"),
        ("421 4.3.2 Closing", "421"),
        ("hang up", "ended the connection"),
        ("down", "refused"),
    ],
)
def test_a_failing_mail_server_loses_nothing(desk, trouble, reason):
    """Managers see what failed, and each mail is sent once when the server works."""
    word = trouble.split()[0]
    people = [f"{word}.{number}@home.example.com" for number in range(3)]
    break_server(desk, trouble)
    for person in people:
        desk.write(person, f"ปัญหา {person}", "ช่วยด้วยค่ะ")
    desk.expect()
    failures = list_failures(desk)
    assert [one["recipient"].split("<")[-1].strip(">") for one in failures] == people
    for failure in failures:
        assert reason in failure["failure"] and failure["retry_date"], failure
    # it still does not work
    desk.retry()
    desk.expect()
    assert len(list_failures(desk)) == len(people)
    # it works again
    if trouble == "down":
        desk.smtp.start()
    desk.smtp.behave()
    desk.retry()
    desk.expect(*people)
    assert list_failures(desk) == []
    for name in ("tell", "send"):
        desk.run(name)
    desk.expect()


@pytest.mark.parametrize(
    "trouble", ["451 4.3.0 Try again later", "550 5.7.1 Rejected", "hang up"]
)
def test_one_refused_address_repeats_no_mail(desk, trouble):
    """Two agents get one mail each, although the address of one is refused at first.

    They have the same language, so that Odoo writes one mail with two recipients.
    """
    requester = f"{trouble.split()[0]}.asks@home.example.com"
    title = f"ปัญหาของ {requester}"
    desk.write(requester, title, "ช่วยด้วยค่ะ")
    [receipt] = desk.expect(requester)
    technician = desk.rpc("technician")
    [ticket] = technician("helpdesk.ticket", "search", [("name", "=", title)])
    assignee = {"user_id": desk.users["technician"]}
    technician("helpdesk.ticket", "write", [ticket], assignee)
    [[manager]] = desk.sql(
        "SELECT partner_id FROM res_users WHERE id = %s", desk.users["manager"]
    )
    technician("helpdesk.ticket", "message_subscribe", [ticket], [manager])
    desk.expect()
    for refused, reached in ((TECHNICIAN, MANAGER), (MANAGER, TECHNICIAN)):
        desk.smtp.behave({refused: trouble})
        desk.write(requester, "Re: ปัญหา", "ยังเสียค่ะ", receipt)
        # Odoo sends in the order of the contacts, and stops at the refused one
        first = [one.recipient for one in desk.take_new()]
        assert refused not in first
        assert len(list_failures(desk)) == 1
        desk.smtp.behave()
        desk.retry()
        second = [one.recipient for one in desk.take_new()]
        assert Counter(first + second) == {refused: 1, reached: 1}
        assert list_failures(desk) == []


def test_requests_do_not_wait_for_the_mail_server(desk):
    """Nobody waits for the mail server: each mail is sent after the request."""
    desk.settle()
    desk.server.stop()
    desk.start("--max-cron-threads=0")
    desk.smtp.behave(delay=0.3)
    teacher = desk.browser("teacher")
    before = desk.smtp.connections

    def report(subject):
        page = teacher.get(f"{desk.server.url}/new/ticket")[1]
        form = get_hidden(page, "/helpdesk/report")
        [[kind]] = desk.sql(
            "SELECT id FROM helpdesk_ticket_type WHERE show_in_portal LIMIT 1"
        )
        form |= {"subject": subject, "description": "ช่วยด้วยค่ะ", "type": kind}
        start = time.monotonic()
        address, _page = teacher.post(f"{desk.server.url}/helpdesk/report", form)
        times.append(time.monotonic() - start)
        assert "/my/ticket/" in address, address
        return int(re.search(r"/my/ticket/(\d+)", address)[1])

    times = []
    tickets = [report(f"เสียงไม่ออก {number}") for number in range(3)]
    ticket = tickets[0]
    manager, technician = desk.rpc("manager"), desk.rpc("technician")
    assignee = {"user_id": desk.users["technician"]}
    manager("helpdesk.ticket", "write", [ticket], assignee)
    url = f"{desk.server.url}/my/ticket/{ticket}"
    form = get_hidden(teacher.get(url)[1], f"/my/ticket/{ticket}/comment")
    teacher.post(f"{url}/comment", {**form, "comment": "ยังไม่ได้ยินค่ะ"})
    values = {"ticket_id": ticket, "body": "<p>กำลังไปครับ</p>"}
    dialog = technician("helpdesk.ticket.answer", "create", values)
    technician("helpdesk.ticket.answer", "action_send", [dialog])
    print("seconds for a report:", ", ".join(f"{one:.3f}" for one in times))
    assert desk.smtp.connections == before
    desk.server.stop()
    desk.start()
    desk.run("tell")
    teacher_address = "teacher@school.example.com"
    new = Counter(one.recipient for one in desk.take_new())
    # a receipt for each report, and the answer; assigned, and the comment
    assert new == {teacher_address: len(tickets) + 1, TECHNICIAN: 2}
    desk.smtp.behave()


# --- a label is scanned ---------------------------------------------------------------

TEACHER, STUDENT = "teacher@school.example.com", "student@school.example.com"


def test_a_scanned_device(desk):
    """From the scan to the rating: who gets a mail, and nobody gets two."""
    teacher, student = desk.browser("teacher"), desk.browser("student")
    page = desk.server.url + desk.scan
    form = get_hidden(teacher.get(page)[1], f"{desk.scan}/report")
    form |= {"category": "other", "words": "จอภาพเป็นสีเขียว"}
    url = teacher.post(f"{page}/report", form)[0]
    ticket = int(re.search(r"/my/ticket/(\d+)", url)[1])
    [receipt] = desk.expect(TEACHER)
    assert "เครื่องฉาย" in get_text(receipt)
    check_mail(receipt, None, str(get_number(desk, ticket)))
    # it is another person's problem too, and the desk shares the ticket
    technician = desk.rpc("technician")
    technician("helpdesk.ticket", "write", [ticket], {"share_with_affected": True})
    form = get_hidden(student.get(page)[1], f"{desk.scan}/affected")
    student.post(f"{page}/affected", form | {"ticket_id": ticket})
    desk.expect()

    assignee = {"user_id": desk.users["technician"]}
    desk.rpc("manager")("helpdesk.ticket", "write", [ticket], assignee)
    [assigned] = desk.expect(TECHNICIAN)
    assert "จอภาพเป็นสีเขียว" in get_text(assigned)

    def resolve(text):
        values = {"ticket_id": ticket, "body": f"<p>{text}</p>"}
        dialog = technician("helpdesk.ticket.answer", "create", values)
        technician("helpdesk.ticket.answer", "action_send_and_resolve", [dialog])

    resolve("เปลี่ยนหลอดภาพแล้วครับ")
    resolved, solved = desk.expect(TEACHER, STUDENT)
    assert "เปลี่ยนหลอดภาพแล้วครับ" in get_text(resolved)
    assert "เปลี่ยนหลอดภาพแล้วครับ" not in get_text(solved)
    # not solved: one tap on the page
    own = f"{desk.server.url}/my/ticket/{ticket}"
    page = teacher.get(own)[1]
    teacher.post(f"{own}/not_solved", get_hidden(page, f"/{ticket}/not_solved"))
    desk.expect(TECHNICIAN)
    resolve("เปลี่ยนสายแล้วครับ")
    desk.expect(TEACHER, STUDENT)
    # rated on the page
    page = teacher.get(own)[1]
    form = get_hidden(page, f"/{ticket}/rate")
    teacher.post(f"{own}/rate", form | {"rating": "happy"})
    desk.expect(TECHNICIAN)
    desk.sql(
        f"UPDATE helpdesk_ticket SET auto_close_date = {CLOCK} WHERE id = %s", ticket
    )
    desk.run("close")
    desk.expect()


def get_number(desk, ticket):
    [[number]] = desk.sql("SELECT number FROM helpdesk_ticket WHERE id = %s", ticket)
    return number
