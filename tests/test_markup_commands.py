"""HTML drafts on the command line."""

from click.testing import CliRunner

from drafting.commands import drafting

PAGE = "<p>Per our policy, <b>no</b> refunds.</p><style>p{}</style><script>x</script>"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(drafting, ["check", *arguments], input=PAGE)
    return result.exit_code, result.output


def test_check_reads_html_where_told_so() -> None:
    code, output = run("--format", "html")
    assert code == 1
    assert "policy_shield 'Per our policy'" in output
    assert "<p>" not in output


def test_an_unknown_format_is_refused() -> None:
    code, output = run("--format", "rtf")
    assert code == 2
    assert "'rtf'" in output
