# The widget on the clinic's website; en.ftl says what each is.

widget-ask = Задать вопрос
widget-close = Закрыть чат
widget-title = Чат: { $clinic }
widget-unread = Новые сообщения: { $count }
widget-loading = Чат открывается
widget-failed = Чат нельзя показать здесь. Его можно открыть отдельно или позвонить нам: { $phone }. В экстренном случае звоните { $emergency }.
widget-open = Открыть чат
