"""Which language a text is in, and that a rewrite stays in it."""

import pytest

from drafting.verification import Context
from drafting.verification.language import check_language, guess_language

TEXTS = {
    "en": "We have received your form and it is not complete.",
    "de": "Wir haben Ihre Nachricht erhalten und die Erstattung ist nicht möglich.",
    "fr": "Nous avons reçu votre demande et le remboursement est en cours.",
    "es": "No podemos aceptar la devolución de los artículos por el momento.",
    "it": "Il rimborso non è possibile e la richiesta è stata chiusa.",
    "nl": "Wij hebben uw bericht ontvangen en het is niet mogelijk.",
    "pt": "O seu pedido foi recebido e não é possível devolver o valor.",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_it_guesses(code: str, text: str) -> None:
    assert guess_language(text) == code


@pytest.mark.parametrize("text", ["", "OK.", "Visa", "$40", "4411-2"])
def test_it_does_not_guess_from_little(text: str) -> None:
    assert guess_language(text) is None


def test_another_script_fails() -> None:
    failure = check_language(
        "Ваш запрос закрыт.", Context("Your request is closed.", "Your request is closed.")
    )
    assert failure is not None
    assert failure.code == "language_changed"


def test_a_name_of_the_mail_in_another_script_passes() -> None:
    context = Context("Your order for Чехов is closed.", "Your order for Чехов is closed.")
    assert check_language("Your order for Чехов is now closed.", context) is None
