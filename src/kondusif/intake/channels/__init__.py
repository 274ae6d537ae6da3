"""Ways in besides the forms: SMS gateways, Telegram, e-mail. Each turns a message into an `Inbound`; `reception` does the rest."""
