"""Kills and freezes the processes of a running Frontdesk, and looks afterwards for what was lost."""
