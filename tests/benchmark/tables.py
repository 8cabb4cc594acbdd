"""The figures of the benchmark, as tables in Markdown."""


def quantile(values, share):
    """Return the value below which this share of the values is."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def table(head, rows):
    """The lines of a table in Markdown, with columns of equal width."""
    widths = [
        max(len(row[index]) for row in [head, *rows]) for index in range(len(head))
    ]

    def line(cells):
        first, *others = cells
        texts = [first.ljust(widths[0])]
        texts += [
            cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)
        ]
        return f"| {' | '.join(texts)} |"

    yield line(head)
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    yield f"| {' | '.join(rule)} |"
    yield from map(line, rows)
