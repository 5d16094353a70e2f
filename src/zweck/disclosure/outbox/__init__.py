"""Single mails on their way out."""
