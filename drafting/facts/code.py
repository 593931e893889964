"""Code: spans in backticks, identifiers, file names and paths.

Does not know any programming language; it goes by shape alone.
"""

import re
from collections.abc import Iterator

from drafting.facts.fact import MASK, FactKind, Mark

_BACKTICKS = re.compile(r"```(?:[^`]|`(?!``)){1,5000}+```|``[^`\n]{1,300}+``|`[^`\n]{1,300}+`")
_FILE_ENDINGS = (
    "ya?ml|json|xml|csv|tsv|txt|log|md|pdf|docx?|xlsx?|pptx?|odt|ods|png|jpe?g|gif|svg|heic|webp"
    "|mp[34]|mov|avi|wav|zip|gz|tar|7z|rar|exe|msi|dmg|pkg|apk|ipa|iso|py|js|ts|html?|css|php|rb"
    "|sh|bat|ps1|sql|db|ini|cfg|conf|toml|env|pem|crt|key|har|eml|msg|ics|vcf|dll|sys|bin|bak"
)
_IDENTIFIER = re.compile(
    r"(?<![\w/.-])(?:"
    rf"[\w-]++(?:\.[\w-]++)*?\.(?:{_FILE_ENDINGS})(?![\w-])"
    r"|[A-Za-z]:\\[\w\\-]++(?:\.[\w\\-]++)*+"
    rf"|~?/(?=[A-Za-z_{MASK}])[\w{MASK}-]++(?:[./][\w{MASK}-]++)*+/?(?![\w/])"
    r"|--[a-z][\w-]*+(?:=\w++)?"
    r"|[A-Za-z_]\w*+(?:\.\w++)*+\(\)"
    r"|(?=[a-z])[a-z0-9]*?[a-z]{2}[A-Z]\w*+"
    r"|(?=\w{0,60}[^\W_]_+[^\W_])\w++"
    r")"
)


def find_code_spans(text: str) -> Iterator[Mark]:
    """Mark what stands in backticks, with them."""
    for match in _BACKTICKS.finditer(text):
        yield Mark(FactKind.CODE, match.start(), match.end())


def find_identifiers(text: str) -> Iterator[Mark]:
    """Mark `snake_case`, `camelCase`, `config.yaml`, `/orders`, `--flag` and `call()`."""
    for match in _IDENTIFIER.finditer(text):
        yield Mark(FactKind.CODE, match.start(), match.end())
