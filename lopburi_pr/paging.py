"""Long lists page by page."""

from dataclasses import dataclass

PAGE_SIZE = 20


@dataclass(frozen=True)
class PageOf:
    """One page of a list of ``total`` things."""

    number: int
    total: int
    size: int = PAGE_SIZE

    @property
    def pages(self):
        return max(1, -(-self.total // self.size))

    @property
    def slice(self):
        return slice((self.number - 1) * self.size, self.number * self.size)

    def links(self, address):
        """The contract of the pagination component; ``address(n)`` gives the link of page n."""
        around = {1, self.pages, *range(self.number - 1, self.number + 2)}
        shown = sorted(n for n in around if 1 <= n <= self.pages)
        links = []
        for n in shown:
            if links and n - shown[shown.index(n) - 1] > 1:
                links.append(None)
            links.append({"label": n, "url": address(n), "is_current": n == self.number})
        return {
            "number": self.number,
            "pages": self.pages,
            "previous_url": address(self.number - 1) if self.number > 1 else "",
            "next_url": address(self.number + 1) if self.number < self.pages else "",
            "links": links if self.pages > 1 else [],
        }


def page_number(text, total):
    """The page a reader asked for; the nearest that exists when it does not."""
    pages = max(1, -(-total // PAGE_SIZE))
    digits = text.strip()[:9]
    return min(max(int(digits), 1), pages) if digits.isascii() and digits.isdecimal() else 1
