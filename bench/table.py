"""Writes the table of docs/reference/performance.md from `bench/results`: `python -m bench.table`; a test compares."""

from bench.figures import Result, kept
from bench.serving import ROOT

PAGE = ROOT / "docs" / "reference" / "performance.md"
BEGIN, END = "<!-- table: python -m bench.table -->\n", "<!-- end of table -->\n"


def table(results: tuple[Result, ...]) -> str:
    """All figures as one Markdown table; bold is what missed its limit."""
    lines = [
        "| number | asked | measured | baseline | ratio | day, load | again with |",
        "|---|---|---|---|---|---|---|",
    ]
    for result in results:
        for figure in result.figures:
            value = f"{figure.value:g} {figure.unit}".strip()
            cells = (
                figure.what,
                figure.asked.strip(),
                value if figure.is_met else f"**{value}**",
                figure.beside,
                f"{figure.ratio:g}" if figure.ratio is not None else "",
                f"{result.day}, {result.load:.1f}",
                f"`bench.{result.name}`",
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def written(page: str) -> str:
    """The page with the table as the results have it now."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{table(kept())}\n{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
