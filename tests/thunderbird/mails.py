"""Bodies of mails as Thunderbird's editor holds them."""

SIGNATURE = '<pre class="moz-signature" cols="72">-- \nSam Okoro\nNorthgate Support</pre>'
PREFIX = '<div class="moz-cite-prefix">On 11/29/26 09:12, Ada Adeyemi wrote:<br></div>'
QUOTE = (
    '<blockquote type="cite" cite="mid:one@mail.example">'
    "<p>Hello,</p><p>why did you refuse\n my claim FR-118-402?</p>"
    '<div class="moz-cite-prefix">On 11/28/26 we wrote:<br></div>'
    '<blockquote type="cite"><p>Your claim was denied.</p></blockquote><p>Ada</p></blockquote>'
)
CUSTOMER = "Hello,\n\nwhy did you refuse my claim FR-118-402?\n\nAda"
TYPED = (
    "<p>Dear Ms Adeyemi,</p>"
    "<p>Your claim FR-118-402 has been <i>denied</i>. You failed to send the receipt for $129.</p>"
    '<p>Send <a href="https://northgate.example/d2?for=ada">the form D-2</a> <b>within 14 days</b>!!</p>'
)
ABOVE = TYPED + SIGNATURE + PREFIX + QUOTE
BELOW = PREFIX + QUOTE + TYPED + SIGNATURE
BODY_TEXT = TYPED.replace("</p><p>", "<br><br>").replace("<p>", "").replace("</p>", "<br>")
ATTRIBUTION = "On 11/29/26 09:12, Ada Adeyemi wrote:"
PLAIN_TYPED = (
    "Dear Ms Adeyemi,<br><br>Your claim FR-118-402 has been denied. You failed to send the receipt for $129.<br><br>"
    "Send the form D-2 within 14 days!!<br>"
)
PLAIN_QUOTE = (
    '<span style="white-space: pre-wrap; display: block; width: 98vw;">'
    "&gt; Hello,<br>&gt; <br>&gt; why did you refuse my claim FR-118-402?<br>&gt;&gt; Your claim was denied.<br></span>"
)
PLAIN = (
    f"{PLAIN_TYPED}<br>"
    f'<div class="moz-cite-prefix">{ATTRIBUTION}<br></div>{PLAIN_QUOTE}<br>'
    '<div class="moz-signature">-- <br>Sam Okoro<br>Northgate Support</div>'
)
REOPENED = (
    f"{PLAIN_TYPED}<br>{ATTRIBUTION}<br>&gt; Hello,<br>&gt; <br>&gt; why did you refuse my claim FR-118-402?<br>"
    "<br>-- <br>Sam Okoro<br>"
)
"""A draft in plain text that was saved and opened again: all elements are gone."""
ALL = {
    "above": ABOVE,
    "below": BELOW,
    "body text": BODY_TEXT + SIGNATURE + PREFIX + QUOTE,
    "in a div": f"<div style='color: navy'>{TYPED}{QUOTE}</div>",
    "in one font": f"<p><font face='Arial'>{BODY_TEXT}</font></p>{QUOTE}",
    "a list": (
        "<p>Hello,</p><ol><li>Send the form D-2!!</li><li>You failed to send the receipt for $129.</li></ol>"
        f"{SIGNATURE}{PREFIX}{QUOTE}"
    ),
    "a deletion": (
        "<p>Hello,</p><p>We apologise for any inconvenience.</p><p>Send the form D-2. "
        f"We apologise for any inconvenience.</p><p>Sam</p>{QUOTE}"
    ),
    "in between": (
        f"<p>Per our policy, no refunds are possible.</p>{QUOTE}<p>Send the form D-2!!</p>{SIGNATURE}"
    ),
    "faces": "<p>\U0001f600\U0001f600 Hi,</p><p>\U0001f600 is here. You failed to send the receipt \U0001f600!!</p>",
    "a table": "<table><tbody><tr><td>Send the form D-2!!</td><td>Per our policy, no refund.</td></tr></tbody></table>",
}
"""HTML of many kinds, by what is special about it."""
