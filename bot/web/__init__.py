from bot.process.without_colors import import_structlog

# Before any module of this package imports it.
import_structlog()
