"""Draft mails (message/rfc822): read, and written with a kinder text and all else as it was."""

from drafting.mail.mail import MOST_BYTES, MailDraft, WrittenMail, read_mail, write_mail

__all__ = ["MOST_BYTES", "MailDraft", "WrittenMail", "read_mail", "write_mail"]
