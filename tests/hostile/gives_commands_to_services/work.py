ATTACKS = (
    "::error file=x::owned",
    "::set-output name=score::100",
    "::stop-commands::owned",
    "##[error]owned",
    "[[ATTACHMENT|/etc/passwd]]",
    "]]></failure><testcase name='owned'/>",
    "```\n# owned\n<script>owned</script>\n[x](javascript:owned)",
    "section_start:1:owned\r",
)
for attack in ATTACKS:
    print(attack)


def double(values):
    raise ValueError("\n".join(ATTACKS))


def oracle(question):
    return "\n".join(ATTACKS)
