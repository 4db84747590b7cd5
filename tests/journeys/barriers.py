"""What axe-core has to say about a page: WCAG 2.2 A and AA and its best practices."""

from axe_playwright_python.sync_playwright import Axe

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BEST = ["best-practice"]
AXE = Axe().axe_script
RUN = "([within, options]) => axe.run(within ?? document, options).then(found => found.violations)"
ROOT = "document.documentElement"


def violations(page, name="page", rules=WCAG + BEST, *, colours=True, within=None):
    """One line for each element that breaks a rule, inside of the selector ``within``."""
    # Axe.run would describe in full what is right, too, which takes three times as long.
    page.evaluate(AXE)
    options = {
        "runOnly": rules,
        "resultTypes": ["violations"],
        "rules": {"color-contrast": {"enabled": colours}},
        "preload": False,  # everything is this site's own
    }
    return [
        f"{name}: {rule['id']} {node['target']} {node['html'][:120]}"
        for rule in page.evaluate(RUN, [within, options])
        for node in rule["nodes"]
    ]


def is_wider_than_the_screen(page):
    return page.evaluate(f"{ROOT}.scrollWidth - {ROOT}.clientWidth") > 0


def clean_of_barriers(page, rules=WCAG + BEST):
    assert violations(page, rules=rules) == []
    assert not is_wider_than_the_screen(page)
