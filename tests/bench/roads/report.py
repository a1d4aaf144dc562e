"""Tables and verdicts, printed as they come; the verdicts once more at the end."""

verdicts = []
failures = []


def table(head, rows):
    """A Markdown table; the first column is text, the others are figures."""
    print("| " + " | ".join(head) + " |")
    print("|---" + "|---:" * (len(head) - 1) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)


def title(text):
    print(f"### {text}\n", flush=True)


def at_least(what, ratio, wanted):
    verdict(f"{what}: {ratio:.1f} times, wanted at least {wanted}", ratio >= wanted)


def at_most(what, ratio, wanted):
    verdict(f"{what}: {ratio:.2f} times, wanted at most {wanted}", ratio <= wanted)


def verdict(text, is_met):
    text = f"{'met' if is_met else 'MISSED'}: {text}"
    verdicts.append(text)
    print(text + "\n", flush=True)


def wrong(text):
    """A result that is not right, which no speed makes up for."""
    failures.append(text)
    verdict(text, False)


def skipped(what, reason):
    verdicts.append(f"SKIPPED: {what}: {reason}")
    print(f"SKIPPED: {what}: {reason}\n", flush=True)


def seconds(value):
    return f"{value:.4f} s" if value < 0.1 else f"{value:.3f} s" if value < 10 else f"{value:.1f} s"
