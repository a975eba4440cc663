"""The window. Widgets take values and emit signals; they compute nothing. Qt lives only here."""
