"""The terminal app: ``app`` wires, one module a pane, small widgets beside them. Nothing else imports Textual."""
