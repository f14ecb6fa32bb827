"""Passkeys of staff: a second factor that is bound to the console's own address, where alone it can be asked for."""
