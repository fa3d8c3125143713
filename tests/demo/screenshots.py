"""Pictures of what people see, taken in Chromium from a running demonstration.

``python -m demo.screenshots --out DIR`` takes them from the last ``./setup/demo`` that
still runs; ``./setup/demo --screenshots DIR`` takes them at its end.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from chorus_setup.errors import SetupError
from chorus_setup.handed_over import handed_over
from chorus_setup.progress import say
from demo import world
from demo.follow_pages import answer_pages, call_pages, overview_pages
from demo.inbox_pages import inbox_pages
from demo.pages import ACTION, ROW, Page
from demo.protocol import FAILURES, expect
from demo.sides import Side, Supplier, TownHall
from demo.stage import Stage, running_stage
from platform_kit.browser import Browser, browser, chromium

# What the web client shows when something broke.
TROUBLE = ".o_error_dialog, .o_notification .bg-danger"
CHORUS_TAB = ".o_notebook a.nav-link[name='l10n_fr_chorus']"
SEND_BUTTON = ".o_statusbar_buttons button[name='action_invoice_sent']"
SETTINGS = "#l10n_fr_chorus_connection"
FOLLOWED_BY = "#l10n_fr_chorus_user"
# The chatter beside a form has come, and the first page of the PDF it previews.
DRAWN = """(() => {
    const chatter = document.querySelector('.o-mail-Chatter');
    const told = '.o-mail-Message, .o-mail-Thread-empty';
    if (chatter && !chatter.querySelector(told)) return false;
    const preview = document.querySelector('.o-mail-Attachment iframe');
    return !preview || !!preview.contentDocument
        ?.querySelector(".page[data-loaded='true']:not(.loadingIcon) canvas");
})()"""
# The page is the same, and its charts have grown up, half a second later.
AT_REST = """(async () => {
    const seen = () => document.documentElement.outerHTML.length
        + Array.from(document.querySelectorAll('canvas'), (one) => one.toDataURL())
            .join('');
    const before = seen();
    await new Promise((done) => setTimeout(done, 500));
    return seen() === before;
})()"""
PAID = "MISE_EN_PAIEMENT"
DEPOSIT = "factures/deposer/flux"


def take_pictures(stage: Stage, folder: Path) -> list[Path]:
    """PNG files of all pages in ``folder``.

    :raise SetupError: no browser
    :raise NotSeen: a page shows an error
    :raise TooLate: a page does not show what it should
    """
    return photograph(stage, _pages(stage), folder)


def photograph(stage: Stage, pages: Iterable[Page], folder: Path) -> list[Path]:
    """PNG files of these pages in ``folder``; raises what :func:`take_pictures` does."""
    program = chromium()
    if program is None:
        raise SetupError("Chromium is missing: install the package chromium.")
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    with browser(program) as tab:
        for page in pages:
            # As whoever was there, not as the next one.
            tab.leave()
            _log_in(tab, stage, page.user)
            _show(tab, page)
            taken.append(folder / f"{page.name}.png")
            tab.picture(taken[-1], whole=page.whole)
            say(f"      {taken[-1].name}")
    return taken


def _pages(stage: Stage) -> Iterator[Page]:
    yield from _supplier_pages(stage)
    yield from _town_hall_pages(stage)
    yield from _admin_pages(stage)
    yield Page("simulator", None, f"{stage.simulator.url}/", "body", whole=True)


def _supplier_pages(stage: Stage) -> Iterator[Page]:
    supplier, user = Supplier(stage), world.SUPPLIER.user
    at = f"{stage.odoo.url}/odoo"
    paid = one_with_status(supplier, PAID)
    yield Page("invoice-paid", user, f"{at}/customer-invoices/{paid}")
    yield Page(
        "invoice-history",
        user,
        f"{at}/customer-invoices/{paid}",
        click=CHORUS_TAB,
        shows=".o_field_widget[name='l10n_fr_chorus_event_ids']",
        scroll=CHORUS_TAB,
    )
    rejected = _rejected_invoice(supplier)
    yield Page("invoice-rejected", user, f"{at}/customer-invoices/{rejected}")
    yield Page(
        "send-wizard",
        user,
        f"{at}/customer-invoices/{_unsent_invoice(supplier, 2.5)}",
        click=SEND_BUTTON,
        shows=".modal button[name='action_send_and_print']",
    )
    yield Page(
        "invoice-unknown", user, f"{at}/customer-invoices/{_unanswered(supplier)}"
    )
    faulty = faulty_invoice(supplier)
    yield Page("invoice-to-settle", user, f"{at}/customer-invoices/{faulty}")
    yield Page(
        "send-wizard-alerts",
        user,
        f"{at}/customer-invoices/{faulty}",
        click=SEND_BUTTON,
        shows=".modal .alert",
    )
    yield Page("deposits", user, f"{at}/{ACTION}.l10n_fr_chorus_deposit_action", ROW)
    yield from answer_pages(supplier)
    _fill_with_many(stage)
    yield from overview_pages(stage)
    yield Page("invoices", user, f"{at}/customer-invoices", ROW)
    yield Page(
        "partner",
        user,
        f"{at}/m-res.partner/{supplier.customer_id}",
        click=CHORUS_TAB,
        shows=".o_field_widget[name='l10n_fr_chorus_payer_kind']",
    )


def _town_hall_pages(stage: Stage) -> Iterator[Page]:
    town_hall, user = TownHall(stage), world.TOWN_HALL.user
    at = f"{stage.odoo.url}/odoo"
    yield from inbox_pages(town_hall)
    bill = one_with_status(town_hall, PAID)
    yield Page("bill-paid", user, f"{at}/vendor-bills/{bill}")
    drafts = town_hall.documents(
        ("state", "=", "imported"), ("portal_status", "=", "MISE_A_DISPOSITION")
    )
    for row in drafts[:1]:
        yield Page("bill-draft", user, f"{at}/vendor-bills/{row['move_id'][0]}")
    yield Page("answers", user, f"{at}/{ACTION}.l10n_fr_chorus_treatment_action", ROW)


def _admin_pages(stage: Stage) -> Iterator[Page]:
    admin = stage.log_in(world.ADMIN)
    at = f"{stage.odoo.url}/odoo"
    [connection] = admin.search(
        "l10n_fr_chorus.connection",
        [("company_id.company_registry", "=", world.SUPPLIER.siret)],
        "id",
    )
    entry = f"{at}/{ACTION}.l10n_fr_chorus_connection_action"
    yield Page("connections", world.ADMIN, entry, ROW)
    yield Page("connection", world.ADMIN, f"{entry}/{connection['id']}")
    yield Page(
        "connection-calls",
        world.ADMIN,
        f"{entry}/{connection['id']}",
        shows=".o_field_widget[name='calls_today_label']",
        scroll=".o_field_widget[name='calls_kept_days']",
    )
    yield from call_pages(stage)
    settings = f"{at}/action-account.action_account_config"
    yield Page("settings", world.ADMIN, settings, SETTINGS, scroll=SETTINGS)
    yield Page("settings-follow", world.ADMIN, settings, SETTINGS, scroll=FOLLOWED_BY)


def one_with_status(side: Side, status: str) -> int:
    found = side.odoo.search(
        "account.move", [("l10n_fr_chorus_status", "=", status)], "id", limit=1
    )
    expect(
        found, f"{side.company.name} has nothing at {status}: run the main job first"
    )
    return int(found[0]["id"])


def _rejected_invoice(supplier: Supplier) -> int:
    """One that stays rejected, for whoever wants to see what that looks like."""
    invoice_id = supplier.make_invoice(
        service=world.UNKNOWN_SERVICE, engagement=world.ENGAGEMENT, discount=7.5
    )
    supplier.post(invoice_id)
    supplier.send(invoice_id)
    supplier.wait_until_settled(invoice_id)
    return invoice_id


def _unsent_invoice(supplier: Supplier, discount: float) -> int:
    invoice_id = supplier.make_invoice(
        service=world.SERVICE, engagement=world.ENGAGEMENT, discount=discount
    )
    supplier.post(invoice_id)
    return invoice_id


def _unanswered(supplier: Supplier) -> int:
    """One whose deposit got no answer, and which the portal does not show yet."""
    portal = supplier.stage.simulator
    portal.post("faults", operation=DEPOSIT, kind="flow_late", times=1, seconds=3600)
    portal.post("faults", operation=DEPOSIT, kind="cut_after", times=1)
    invoice_id = _unsent_invoice(supplier, 3.5)
    supplier.send(invoice_id)
    supplier.wait_until_deposited(invoice_id, "unknown")
    return invoice_id


def faulty_invoice(supplier: Supplier) -> int:
    """A draft with three things to settle."""
    invoice_id = supplier.make_invoice(service="", engagement="E" * 51, discount=1.5)
    supplier.odoo.write(
        "account.move", invoice_id, {"contract_reference": "MARCHE-" + "9" * 50}
    )
    supplier.post(invoice_id)
    return invoice_id


def _fill_with_many(stage: Stage) -> None:
    say("      200 invoices in all states …")
    ended = subprocess.run(
        [*stage.platform.odoo_command, "shell", "-d", stage.database, "--no-http"],
        input=b"from demo.many_invoices import fill\nfill(env)\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=stage.platform.tests_environment(),
        check=False,
    )
    said = ended.stdout.decode(errors="replace")
    expect("Traceback" not in said, said[-1000:])


def _log_in(tab: Browser, stage: Stage, user: world.User | None) -> None:
    """Give the browser that user's session, with all companies of the user ticked."""
    if user is None:
        return
    client = stage.log_in(user)
    companies = client.search("res.company", [], "id")
    ticked = "-".join(str(company["id"]) for company in companies)
    tab.set_cookie(stage.odoo.url, "session_id", client.session.cookies["session_id"])
    tab.set_cookie(stage.odoo.url, "cids", ticked)


def _show(tab: Browser, page: Page) -> None:
    tab.open(page.url)
    if page.click:
        tab.click(page.click)
    if page.types[0]:
        tab.type(*page.types)
    tab.wait_for(page.shows)
    # Fonts and pictures belong to what is seen.
    tab.wait(AT_REST)
    tab.wait(DRAWN)
    tab.wait("document.fonts.status === 'loaded'")
    tab.wait("Array.from(document.images).every((image) => image.complete)")
    if page.scroll:
        tab.evaluate(f"document.querySelector(`{page.scroll}`)?.scrollIntoView()")
    trouble = tab.evaluate(f"document.querySelector('{TROUBLE}')?.innerText || ''")
    expect(not trouble, f"{page.name}: {str(trouble)[:300]}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="demo.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    wish = parser.parse_args(arguments)
    try:
        take_pictures(running_stage(handed_over()), wish.out)
    except (SetupError, *FAILURES) as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
